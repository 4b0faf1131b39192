import { init, type EChartsOption } from 'echarts';
import { goalRequestsPerSecond } from './goals.js';
import type { Results } from './report.js';
import { figure, findFigures, type Figures } from './rounds.js';
import type { SteadyLoad } from './steady.js';

/** A chart as an SVG file. */
export interface Chart {
  readonly name: string;
  readonly svg: string;
}

interface Theme {
  readonly name: 'light' | 'dark';
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly own: string;
  readonly peer: string;
  readonly goal: string;
  readonly lines: readonly string[];
}

const THEMES: readonly Theme[] = [
  {
    name: 'light',
    background: '#ffffff',
    text: '#1f2328',
    muted: '#59636e',
    grid: '#d1d9e0',
    own: '#0969da',
    peer: '#8c959f',
    goal: '#bc4c00',
    lines: ['#0969da', '#1a7f37', '#bc4c00'],
  },
  {
    name: 'dark',
    background: '#0d1117',
    text: '#f0f6fc',
    muted: '#9198a1',
    grid: '#3d444d',
    own: '#4493f8',
    peer: '#656c76',
    goal: '#f0883e',
    lines: ['#4493f8', '#3fb950', '#f0883e'],
  },
];

const WIDTH = 900;
const LABEL_WIDTH = 205;
const HEADER_HEIGHT = 116;
const FOOTER_HEIGHT = 60;
const BAR_HEIGHT = 26;
const PANEL_GAP = 34;
const RIGHT_MARGIN = 40;
const FONT = 'system-ui, Segoe UI, Roboto, DejaVu Sans, sans-serif';

const ECHO = 'raw node echo';
const PANELS = [
  { workload: 'add 32x1', title: 'add, 32 connections' },
  { workload: 'add 8x16', title: 'add, 8 connections × 16' },
  { workload: 'all of 100, 8x1', title: 'all of 100, 8 connections' },
] as const;
const PERCENTILES = [
  { figure: 'p50Us', title: 'median' },
  { figure: 'p99Us', title: '99th percentile' },
  { figure: 'p999Us', title: '99.9th percentile' },
] as const;

/** A chart of horizontal bars: the same servers in a panel for each workload. */
interface BarChart {
  readonly name: string;
  readonly title: string;
  readonly subtitle: string;
  /** The server whose bars are highlighted and whose goals are drawn. */
  readonly own: string;
  readonly peers: readonly string[];
}

/** The charts of a run, each for light and for dark backgrounds. A part that was not measured has none. */
export function drawCharts({ rows, steady, date }: Results): Chart[] {
  // Variants of a peer, framed or compact, are measured under the first workload alone and stay in the tables.
  const bare = rows.filter(({ peer, workload }) => peer.kind === 'bare' && workload.name === PANELS[1].workload);
  const services = rows.filter(({ peer }) => peer.kind === 'service');
  const references = rows.filter(({ peer }) => [ECHO, 'npm thrift', 'Go Apache Thrift'].includes(peer.name));
  const bars: BarChart[] = [
    {
      name: 'bench-handlers',
      title: 'Bare handlers: requests answered per second',
      subtitle: `Constant replies, one core each, ${date}. Longer is better; blue is this project, dashed its goal.`,
      own: 'transport + Nest handler',
      peers: bySpeed(bare, rows),
    },
    {
      name: 'bench-services',
      title: 'Whole service: requests answered per second',
      subtitle: `Blue: Tasks with validation, store, metrics and limits. Echo, Go and npm: bare handlers. Dashed: the goal. ${date}.`,
      own: 'Tasks, memory store',
      peers: bySpeed([...services, ...references], rows),
    },
  ];
  const drawable = bars.filter(({ own }) => rows.some(({ peer }) => peer.name === own));
  return THEMES.flatMap((theme) => [
    ...drawable.map((chart) => toChart(chart.name, theme, barHeight(chart), drawBars(chart, rows, theme))),
    ...(steady.length === 0 ? [] : [toChart('bench-latency', theme, LATENCY_HEIGHT, drawLatency(steady, date, theme))]),
  ]);
}

function toChart(name: string, theme: Theme, height: number, option: EChartsOption): Chart {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({ animation: false, backgroundColor: theme.background, textStyle: { fontFamily: FONT }, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return { name: `${name}-${theme.name}.svg`, svg: `${svg}\n` };
}

/** The servers of `chosen`, the fastest under the first workload first. */
function bySpeed(chosen: readonly Figures[], rows: readonly Figures[]): string[] {
  const speed = (name: string): number => {
    const of = figure(findFigures(rows, PANELS[0].workload, name), 'requestsPerSecond');
    return Number.isNaN(of) ? 0 : of;
  };
  return [...new Set(chosen.map(({ peer }) => peer.name))].sort((one, other) => speed(other) - speed(one));
}

function barHeight({ peers }: BarChart): number {
  return HEADER_HEIGHT + peers.length * BAR_HEIGHT + FOOTER_HEIGHT;
}

function panelLeft(index: number): number {
  return LABEL_WIDTH + index * (panelWidth() + PANEL_GAP);
}

function panelWidth(): number {
  return (WIDTH - LABEL_WIDTH - RIGHT_MARGIN - (PANELS.length - 1) * PANEL_GAP) / PANELS.length;
}

function heading(text: string, subtext: string, theme: Theme): object {
  return {
    ...{ text, subtext, left: 16, top: 12 },
    textStyle: { color: theme.text, fontSize: 18 },
    subtextStyle: { color: theme.muted, fontSize: 13 },
  };
}

function panelTitle(text: string, index: number, theme: Theme): object {
  const textStyle = { color: theme.text, fontSize: 13, fontWeight: 'bold' };
  return { text, left: panelLeft(index) - 5, top: HEADER_HEIGHT - 44, textStyle };
}

function drawBars(chart: BarChart, rows: readonly Figures[], theme: Theme): EChartsOption {
  const panels = PANELS.map(({ workload, title }, index) => {
    const speeds = chart.peers.map((peer) => figure(findFigures(rows, workload, peer), 'requestsPerSecond') / 1_000);
    const goal = (goalRequestsPerSecond(rows, workload, chart.own) ?? NaN) / 1_000;
    // The echo answers whole batches and would flatten all other bars: it may run off the scale.
    const others = speeds.filter((speed, i) => !Number.isNaN(speed) && chart.peers[i] !== ECHO);
    const inScale = index === 0 ? speeds.filter((speed) => !Number.isNaN(speed)) : others;
    const max = niceCeiling(Math.max(...inScale, Number.isNaN(goal) ? 0 : goal) * 1.25);
    return { title, index, speeds, goal, max };
  });
  return {
    title: [
      heading(chart.title, chart.subtitle, theme),
      ...panels.map(({ title, index }) => panelTitle(title, index, theme)),
    ],
    grid: panels.map(({ index }) => ({
      left: panelLeft(index),
      width: panelWidth(),
      top: HEADER_HEIGHT,
      bottom: FOOTER_HEIGHT,
    })),
    xAxis: panels.map(({ index, max }) => ({
      ...{ type: 'value', gridIndex: index, min: 0, max, interval: max / 2 },
      ...{ name: 'thousand requests/s', nameLocation: 'middle', nameGap: 30 },
      nameTextStyle: { color: theme.muted, fontSize: 12 },
      axisLabel: { color: theme.muted, fontSize: 12 },
      splitLine: { lineStyle: { color: theme.grid } },
    })),
    yAxis: panels.map(({ index }) => ({
      ...{ type: 'category', gridIndex: index, inverse: true, data: [...chart.peers] },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.grid } },
      axisLabel: {
        show: index === 0,
        fontSize: 12,
        color: (name?: string | number) => (isOwn(String(name)) ? theme.text : theme.muted),
      },
    })),
    series: panels.map(({ index, speeds, goal, max }) => ({
      ...{ type: 'bar', xAxisIndex: index, yAxisIndex: index, barWidth: 16 },
      data: speeds.map((speed, i) => {
        const isOffScale = speed > max;
        const position = isOffScale ? 'insideRight' : 'right';
        const label = Number.isNaN(speed) ? '' : `${speedText(speed)}${isOffScale ? ' →' : ''}`;
        return {
          value: Number.isNaN(speed) ? 0 : Math.min(speed, max),
          itemStyle: { color: isOwn(chart.peers[i] ?? '') ? theme.own : theme.peer },
          label: {
            ...{ show: true, position, formatter: label, fontSize: 12 },
            ...(isOffScale
              ? { color: '#fff' }
              : { color: theme.text, backgroundColor: theme.background, padding: [1, 2] }),
            distance: 3,
          },
        };
      }),
      markLine: {
        // Below the bars, so that their labels cover the line.
        z: 1,
        ...{ silent: true, symbol: 'none', data: Number.isNaN(goal) ? [] : [{ xAxis: goal }] },
        lineStyle: { color: theme.goal, type: 'dashed', width: 2 },
        label: {
          formatter: `goal ${speedText(goal)}`,
          position: 'start',
          color: theme.goal,
          fontSize: 11,
          distance: 2,
        },
      },
    })),
  };
}

/** Whether a server is of this repository. */
function isOwn(peer: string): boolean {
  return peer.startsWith('Tasks') || peer.startsWith('transport');
}

function speedText(thousands: number): string {
  return thousands < 10 ? thousands.toFixed(1) : Math.round(thousands).toLocaleString('en');
}

/** The next number whose half is round as well: the axis shows both. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8].find((step) => step * power >= value) ?? 10) * power;
}

const LATENCY_HEIGHT = 460;

function drawLatency(steady: readonly SteadyLoad[], date: string, theme: Theme): EChartsOption {
  const peers = [...new Set(steady.map(({ peer }) => peer))];
  const capacityOf = (peer: string): number => steady.find((load) => load.peer === peer)?.capacity ?? NaN;
  const legendName = (peer: string): string => `${peer} (100 % = ${speedText(capacityOf(peer) / 1_000)}k/s)`;
  const shares = [...new Set(steady.map(({ share }) => share))];
  const valueMs = (peer: string, share: number, name: 'p50Us' | 'p99Us' | 'p999Us'): number => {
    const load = steady.find((candidate) => candidate.peer === peer && candidate.share === share);
    return figure(load, name) / 1_000;
  };
  const values = steady.flatMap(({ peer, share }) => PERCENTILES.map((p) => valueMs(peer, share, p.figure)));
  const [min, max] = [
    10 ** Math.floor(Math.log10(Math.min(...values))),
    10 ** Math.ceil(Math.log10(Math.max(...values))),
  ];
  const left = 70;
  const width = (WIDTH - left - RIGHT_MARGIN - 2 * PANEL_GAP) / PERCENTILES.length;
  const leftOf = (index: number): number => left + index * (width + PANEL_GAP);
  return {
    title: [
      heading(
        'Latency of add at a steady rate',
        `Open loop on 32 connections, counted from when each request was due, ${date}. Lower is better.`,
        theme,
      ),
      ...PERCENTILES.map(({ title }, index) => ({ ...panelTitle(title, index, theme), left: leftOf(index) - 5 })),
    ],
    legend: {
      ...{ bottom: 8, left: 'center', itemGap: 44, data: peers.map(legendName) },
      textStyle: { color: theme.text, fontSize: 12 },
    },
    grid: PERCENTILES.map((_, index) => ({ left: leftOf(index), width, top: HEADER_HEIGHT, bottom: 90 })),
    xAxis: PERCENTILES.map((_, index) => ({
      ...{ type: 'category', gridIndex: index, data: shares.map((share) => `${(share * 100).toFixed(0)} %`) },
      ...{ name: "load, share of the server's capacity", nameLocation: 'middle', nameGap: 28 },
      nameTextStyle: { color: theme.muted, fontSize: 12 },
      axisLabel: { color: theme.muted, fontSize: 12 },
      axisLine: { lineStyle: { color: theme.grid } },
    })),
    yAxis: PERCENTILES.map((_, index) => ({
      ...{ type: 'log', gridIndex: index, min, max },
      ...(index === 0 ? { name: 'milliseconds', nameLocation: 'middle', nameGap: 44 } : {}),
      minorTick: { splitNumber: 9 },
      minorSplitLine: { show: true, lineStyle: { color: theme.grid, opacity: 0.35 } },
      nameTextStyle: { color: theme.muted, fontSize: 12 },
      axisLabel: { show: index === 0, color: theme.muted, fontSize: 12 },
      splitLine: { lineStyle: { color: theme.grid } },
    })),
    series: PERCENTILES.flatMap((percentile, index) =>
      peers.map((peer, i) => ({
        ...{ type: 'line', name: legendName(peer), xAxisIndex: index, yAxisIndex: index, symbolSize: 7 },
        ...{ color: theme.lines[i % theme.lines.length], symbol: ['circle', 'rect', 'triangle'][i % 3] },
        lineStyle: { width: 2 },
        data: shares.map((share) => valueMs(peer, share, percentile.figure)),
      })),
    ),
  };
}
