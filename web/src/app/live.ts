// Live updates: the server says that something has changed, and what is shown of it is read again.

import type { QueryClient } from '@tanstack/react-query'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useState } from 'react'

export type Connection = 'open' | 'cut'

/** Listens to topics for as long as the page is shown; tells whether the connection stands. Who may hear of nothing asks for none. */
export function useStream(topics: readonly string[]): Connection {
  const client = useQueryClient()
  const [connection, setConnection] = useState<Connection>('open')
  const asked = [...topics].sort().join(',')
  useEffect(() => {
    if (!asked) return
    let source: EventSource | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    let late: ReturnType<typeof setTimeout> | undefined
    const connect = () => {
      source = new EventSource(`/api/v1/stream?topics=${encodeURIComponent(asked)}`)
      let before = false
      source.addEventListener('open', () => {
        clearTimeout(late)
        late = undefined
        setConnection('open')
        if (before) void client.invalidateQueries()
        before = true
      })
      source.addEventListener('change', (e: MessageEvent<string>) => stale(client, (JSON.parse(e.data) as { topic: string }).topic))
      source.addEventListener('reset', () => void client.invalidateQueries())
      source.addEventListener('end', () => {
        source?.close()
        void client.invalidateQueries({ queryKey: ['me'] })
        again = setTimeout(connect, 3000)
      })
      source.onerror = () => {
        // A moment's absence is nobody's business.
        late ??= setTimeout(() => setConnection('cut'), 2500)
        if (source?.readyState === EventSource.CLOSED) {
          before = true
          again = setTimeout(connect, 3000)
        }
      }
    }
    connect()
    return () => {
      clearTimeout(again)
      clearTimeout(late)
      source?.close()
    }
  }, [asked, client])
  return connection
}

/** Has everything read again that a topic concerns. Query keys begin with what they are about. */
function stale(client: QueryClient, topic: string) {
  const [kind, id] = topic.split('/')
  if (kind === 'project') void client.invalidateQueries({ queryKey: ['project', id] })
  else {
    for (const about of ['tasks', 'notices', 'projects', 'reports', 'quotas']) void client.invalidateQueries({ queryKey: [about], predicate: (q) => q.queryKey[1] !== summed })
    later ??= setTimeout(() => {
      later = undefined
      void client.invalidateQueries({ queryKey: ['projects', summed] })
    }, 5000)
  }
}

// What is summed up over all projects is read again at most every five seconds, however much happens.
const summed = 'portfolio'
let later: ReturnType<typeof setTimeout> | undefined

/** Lets a page say which projects it shows. */
export const Watched = createContext<(project: string) => () => void>(() => () => undefined)

/** Keeps what is shown of a project up to date. */
export function useWatched(project: string) {
  const watch = useContext(Watched)
  useEffect(() => watch(project), [project, watch])
}
