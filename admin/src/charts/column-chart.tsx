// Columns over an axis of names, such as days: values above and below 0, and a line across them.
import { AxisBottom, AxisLeft } from '@visx/axis';
import { scaleBand, scaleLinear } from '@visx/scale';
import { LinePath } from '@visx/shape';
import { useWidth } from './frame.tsx';
import { shortNumber } from './numbers.ts';

export interface ChartColumn {
  readonly name: string;
  /** Below the axis. */
  readonly label: string;
  /** From 0 upwards, and from 0 downwards: both 0 or more. */
  readonly up: number;
  readonly down?: number;
}

interface ColumnChartProps {
  readonly columns: readonly ChartColumn[];
  /** One value for each column. */
  readonly line?: readonly number[];
  /** `plain`: values that are neither good nor bad. */
  readonly tone?: 'signed' | 'plain';
  readonly height?: number;
  readonly onPoint?: (column: number | null) => void;
}

const MARGIN = { top: 8, right: 4, bottom: 24, left: 52 };
const LABEL_WIDTH = 64;

export function ColumnChart({ columns, line, tone = 'signed', height = 220, onPoint }: ColumnChartProps) {
  const [ref, width] = useWidth();
  return (
    <div ref={ref} className={`chart-plot chart-${tone}`} style={{ height }}>
      {width > 0 && <Plot columns={columns} line={line} width={width} height={height} onPoint={onPoint} />}
    </div>
  );
}

interface PlotProps {
  readonly columns: readonly ChartColumn[];
  readonly line: readonly number[] | undefined;
  readonly width: number;
  readonly height: number;
  readonly onPoint: ColumnChartProps['onPoint'];
}

function Plot({ columns, line = [], width, height, onPoint }: PlotProps) {
  const bottom = height - MARGIN.bottom;
  const right = width - MARGIN.right;
  const x = scaleBand<string>({
    domain: columns.map(({ name }) => name),
    range: [MARGIN.left, right],
    paddingInner: 0.25,
    paddingOuter: 0.1,
  });
  const most = Math.max(0, ...columns.map(({ up }) => up), ...line);
  const least = Math.min(0, ...columns.map(({ down = 0 }) => -down), ...line);
  const y = scaleLinear<number>({
    domain: most === least ? [0, 1] : [least, most],
    range: [bottom, MARGIN.top],
    nice: 4,
  });
  const every = Math.max(1, Math.ceil(columns.length / Math.max(1, (right - MARGIN.left) / LABEL_WIDTH)));
  const labels = new Map(columns.map(({ name, label }) => [name, label]));
  const middleOf = (name: string) => (x(name) ?? 0) + x.bandwidth() / 2;
  return (
    <svg width={width} height={height} aria-hidden="true">
      {y.ticks(4).map((tick) => (
        <line key={tick} className="chart-grid" x1={MARGIN.left} x2={right} y1={y(tick)} y2={y(tick)} />
      ))}
      {columns.map(({ name, up, down = 0 }) => (
        <g key={name}>
          <Bar className="chart-up" x={x(name) ?? 0} width={x.bandwidth()} from={y(0)} to={y(up)} />
          <Bar className="chart-down" x={x(name) ?? 0} width={x.bandwidth()} from={y(0)} to={y(-down)} />
        </g>
      ))}
      <line className="chart-zero" x1={MARGIN.left} x2={right} y1={y(0)} y2={y(0)} />
      {line.length > 0 && (
        <LinePath
          className="chart-line"
          data={[...line]}
          x={(_, index) => middleOf(columns[index]?.name ?? '')}
          y={(value) => y(value)}
        />
      )}
      <AxisLeft
        scale={y}
        left={MARGIN.left}
        numTicks={4}
        tickFormat={(value) => shortNumber(Number(value))}
        hideAxisLine
        hideTicks
        tickLabelProps={{ className: 'chart-label' }}
      />
      <AxisBottom
        scale={x}
        top={bottom}
        tickValues={columns.filter((_, index) => index % every === 0).map(({ name }) => name)}
        tickFormat={(name) => labels.get(name) ?? ''}
        hideAxisLine
        hideTicks
        tickLabelProps={{ className: 'chart-label' }}
      />
      {onPoint && (
        <Targets
          names={columns.map(({ name }) => name)}
          leftOf={(name) => (x(name) ?? 0) - (x.step() - x.bandwidth()) / 2}
          width={x.step()}
          height={bottom}
          onPoint={onPoint}
        />
      )}
    </svg>
  );
}

interface TargetsProps {
  readonly names: readonly string[];
  readonly leftOf: (name: string) => number;
  readonly width: number;
  readonly height: number;
  readonly onPoint: (column: number | null) => void;
}

/** What the pointer meets: the whole height of each column. */
function Targets({ names, leftOf, width, height, onPoint }: TargetsProps) {
  return names.map((name, index) => (
    <rect
      key={name}
      className="chart-target"
      x={leftOf(name)}
      width={width}
      height={height}
      onPointerEnter={() => onPoint(index)}
      onPointerLeave={() => onPoint(null)}
    />
  ));
}

interface BarProps {
  readonly className: string;
  readonly x: number;
  readonly width: number;
  readonly from: number;
  readonly to: number;
}

function Bar({ className, x, width, from, to }: BarProps) {
  if (from === to) return null;
  return (
    <rect
      className={className}
      x={x}
      width={width}
      y={Math.min(from, to)}
      height={Math.abs(to - from)}
      rx={1.5}
    />
  );
}
