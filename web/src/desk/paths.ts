/** Where a task is. Its key has slashes, which addresses do not like. */
export const pathOf = (task: { project: string; key: string }): string => `/projects/${task.project}/tasks/${encodeURIComponent(task.key.replaceAll('/', '~'))}`
