import type { QueryObserverLoadingErrorResult, UseQueryResult } from '@tanstack/react-query'

import { judged } from '../api/client'

/** Tells that there is nothing to show: it was never read, or the server refuses it by now. While the service is away or the session has ended, what was read stays, and with it what is being typed. */
export function lost<T>(found: UseQueryResult<T>): found is QueryObserverLoadingErrorResult<T> {
  return found.isError && (found.data === undefined || judged(found.error))
}
