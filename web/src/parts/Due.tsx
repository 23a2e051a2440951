import { Flex, Typography } from 'antd'

import type { Schemas } from '../api/client'
import { countdown, moment } from '../words/format'

/** Until when, and how many working days that is. */
export function Due({ task }: { task: Pick<Schemas['Task'], 'due' | 'daysLeft' | 'paused' | 'colour'> }) {
  return (
    <Flex vertical>
      <Typography.Text strong {...(task.colour === 'red' ? { type: 'danger' } : {})}>{countdown(task)}</Typography.Text>
      {task.due && <Typography.Text type="secondary" className="small">{moment(task.due)}</Typography.Text>}
    </Flex>
  )
}
