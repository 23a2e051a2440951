import { Button, Flex } from 'antd'
import { useTranslation } from 'react-i18next'

/** The cursors of the pages that were turned, the present one last; none for the first. */
export type Turned = readonly string[]

/** Turns pages that the server cuts. */
export function Pager({ turned, next, turn }: { turned: Turned; next?: string; turn: (to: Turned) => void }) {
  const { t } = useTranslation()
  if (turned.length === 0 && !next) return null
  return (
    <Flex gap="small" justify="end" className="pager no-print">
      <Button disabled={turned.length === 0} onClick={() => turn(turned.slice(0, -1))}>{t('say.previous')}</Button>
      <Button disabled={!next} onClick={() => next && turn([...turned, next])}>{t('say.next')}</Button>
    </Flex>
  )
}
