// What a browser says of itself, as one would say it.

const browsers: readonly [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\/(\d+)/, 'Edge'], [/(?:QQBrowser|MicroMessenger)\/(\d+)/, 'QQ'], [/(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'], [/(?:Chrome|CriOS)\/(\d+)/, 'Chrome'], [/Version\/(\d+).*Safari/, 'Safari'],
]
const systems: readonly [RegExp, string][] = [[/Windows/, 'Windows'], [/HarmonyOS/, 'HarmonyOS'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']]

/** Chrome 120 · Windows; empty when it is no browser that one knows. */
export function browserOf(agent: string | undefined): string {
  if (!agent) return ''
  const found = browsers.map(([r, name]) => [r.exec(agent)?.[1], name] as const).find(([version]) => version)
  const system = systems.find(([r]) => r.test(agent))?.[1]
  return [found && `${found[1]} ${found[0]}`, system].filter(Boolean).join(' · ')
}
