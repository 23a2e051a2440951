// The only place that loads the charting library; pages load it lazily.

import { BarChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use as register, type EChartsCoreOption } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'

register([BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer])

/** A picture that fills the room it is given. */
export default function EChart({ option, open }: { option: EChartsCoreOption; open?: (index: number) => void }) {
  const room = useRef<HTMLDivElement>(null)
  const chart = useRef<ReturnType<typeof init>>(undefined)
  const opens = useRef(open)
  useEffect(() => { opens.current = open }, [open])
  useEffect(() => {
    const drawn = init(room.current, undefined, { renderer: 'svg' })
    chart.current = drawn
    drawn.on('click', (e) => opens.current?.(e.dataIndex))
    const fit = new ResizeObserver(() => drawn.resize())
    fit.observe(room.current!)
    return () => {
      fit.disconnect()
      drawn.dispose()
    }
  }, [])
  useEffect(() => chart.current?.setOption(option, { notMerge: true }), [option])
  return <div ref={room} className="echart" />
}
