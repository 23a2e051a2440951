// Where what a line of the audit record is about can be seen.

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/
const masters: Record<string, string> = { jurisdiction: 'jurisdictions', department: 'departments', unit: 'units', owner: 'owners' }

/** The place of a subject; none where there is none. */
export function placeOf(subject: string): string | undefined {
  const [kind = '', name = '', more] = subject.replace(/^\//, '').split('/')
  if (!name) return undefined
  if ((kind === 'projects' || kind === 'scores') && uuid.test(name)) return `/projects/${name}`
  if (kind === 'user' || kind === 'users') return `/people/${name}`
  if (kind === 'expert') return `/experts?q=${name}`
  const master = masters[kind]
  return master && `/masters?${master === 'jurisdictions' ? '' : `kind=${master}&`}q=${more ?? name}`
}

/** The project that the content of a line names. */
export function projectOf(detail: Record<string, unknown>): string | undefined {
  const id = detail.project ?? detail.projectId
  return typeof id === 'string' && uuid.test(id) ? id : undefined
}
