import { useLocation, useNavigate, useSearchParams } from 'react-router'

import type { Turned } from './Pager'

/** The filters of a list as they stand in the address, so that back, reload and a link that is sent show the same. Another choice begins at the first page. */
export function useLook(): [URLSearchParams, (changed: Record<string, string | undefined>) => void] {
  const [params, setParams] = useSearchParams()
  const look = (changed: Record<string, string | undefined>) => setParams((old) => {
    old.delete('cursor')
    old.delete('page')
    for (const [k, v] of Object.entries(changed)) if (v) old.set(k, v); else old.delete(k)
    return old
  }, { replace: true })
  return [params, look]
}

/** The page of a list as it stands in the address. How one came there is kept by the browser; who was sent a link goes back to the first. */
export function useTurned(): [Turned, (to: Turned) => void] {
  const [params] = useSearchParams()
  const kept = (useLocation().state as { turned?: Turned } | null)?.turned
  const go = useNavigate()
  const cursor = params.get('cursor')
  const turned = !cursor ? [] : kept?.at(-1) === cursor ? kept : [cursor]
  const turn = (to: Turned) => {
    const next = new URLSearchParams(params)
    const at = to.at(-1)
    if (at) next.set('cursor', at); else next.delete('cursor')
    void go({ search: next.toString() }, { state: { turned: to } })
    window.scrollTo(0, 0)
  }
  return [turned, turn]
}
