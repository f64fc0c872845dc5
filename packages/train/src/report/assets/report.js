/* The script of a report: draws its charts with uPlot. Runs in a browser as it is; the data are in #charts. */
/* global document, window, uPlot, ResizeObserver, requestAnimationFrame, getComputedStyle */
(() => {
  'use strict';

  const charts = JSON.parse(document.getElementById('charts').textContent);
  const SYNC = uPlot.sync('updates');
  const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif';
  const COLOURS = 6;
  /** A validation curve of more points than this is a line alone. */
  const MOST_MARKERS = 100;

  /** What the reader chose: a zoom of all charts and a smoothing of all curves. */
  const view = { smoothing: 0, zoom: null };

  // --- numbers ---------------------------------------------------------------------------------------------------

  const minus = (text) => text.replace('-', '−');

  /** A value as legends show it: five significant digits. */
  function valueText(value) {
    if (value === null || value === undefined) return '–';
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e6)) return minus(value.toExponential(2));
    return minus(size >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(5))));
  }

  /** Tick labels with as many decimals as the distance between ticks needs. */
  function tickText(value, step) {
    if (value === null) return '';
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e6)) return minus(String(Number(value.toPrecision(4)).toExponential()));
    const decimals = Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
    return minus(value.toLocaleString('en-US', { maximumFractionDigits: decimals }));
  }

  // --- curves ----------------------------------------------------------------------------------------------------

  /** Exponential moving average without a bias towards the start, as TensorBoard's slider does it. */
  function smoothed(values, weight) {
    let sum = 0;
    let count = 0;
    return values.map((value) => {
      if (value === null) return null;
      sum = weight * sum + (1 - weight) * value;
      count++;
      return sum / (1 - weight ** count);
    });
  }

  /** The value at the point of a curve that is nearest to an update. */
  function valueNear({ x, y }, update) {
    let low = 0;
    let high = x.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (x[middle] <= update) low = middle;
      else high = middle;
    }
    return Math.abs(x[low] - update) <= Math.abs(x[high] - update) ? y[low] : y[high];
  }

  const lastValue = ({ y }) => y.findLast((value) => value !== null);

  /** The nearest row of a chart's table in which a curve has a point: curves need not share their updates. */
  function nearestPoint(plot, series, row) {
    const values = plot.data[series];
    if (series === 0) return row;
    for (let away = 0; away < values.length; away++) {
      if (values[row - away] !== undefined && values[row - away] !== null) return row - away;
      if (values[row + away] !== undefined && values[row + away] !== null) return row + away;
    }
    return row;
  }

  // --- one chart -------------------------------------------------------------------------------------------------

  class ChartView {
    constructor(chart) {
      this.chart = chart;
      this.root = document.querySelector(`[data-chart="${chart.id}"]`);
      this.place = this.root.querySelector('.plot');
      this.hidden = new Set();
      this.logarithmic = chart.logarithmic;
      this.plot = null;
      this.#legend();
      this.#tools();
      new ResizeObserver(() => this.#resize()).observe(this.place);
    }

    /** Draws anew, with the current colours, smoothing, axis and zoom. */
    draw() {
      this.plot?.destroy();
      this.plot = null;
      const { width } = this.#size();
      if (width < 50) return;
      this.plot = new uPlot(this.#options(), this.#data(), this.place);
      this.root.querySelector('.reset').hidden = view.zoom === null;
      this.#showValues(null);
    }

    #size() {
      return { width: Math.floor(this.place.clientWidth), height: Math.floor(this.place.clientHeight) };
    }

    #resize() {
      if (!this.plot) return this.draw();
      const { width, height } = this.#size();
      if (width !== this.plot.width || height !== this.plot.height) this.plot.setSize({ width, height });
    }

    /** Every curve twice: as measured, and smoothed where that is on. */
    #data() {
      const drawable = (values) => values.map((v) => (this.logarithmic && v !== null && v <= 0 ? null : v));
      const tables = this.chart.series.flatMap(({ x, y, validation }) => {
        const values = drawable(y);
        const smooth = this.#isSmoothed(validation);
        return [[x, values], ...(smooth ? [[x, smoothed(values, view.smoothing)]] : [])];
      });
      return uPlot.join(tables);
    }

    #isSmoothed(validation) {
      return view.smoothing > 0 && this.chart.noisy && !validation;
    }

    #options() {
      const style = getComputedStyle(document.documentElement);
      const colour = (name) => style.getPropertyValue(`--${name}`).trim();
      const axis = {
        stroke: colour('muted'),
        font: FONT,
        ticks: { stroke: colour('line'), size: 5 },
        grid: { stroke: colour('grid'), width: 1 },
      };
      return {
        ...this.#size(),
        legend: { show: false },
        scales: {
          x: { time: false, range: (_, low, high) => view.zoom ?? (low === high ? [low - 1, high + 1] : [low, high]) },
          y: { distr: this.logarithmic ? 3 : 1, range: (_, low, high) => this.#range(low, high) },
        },
        axes: [
          {
            ...axis,
            values: (_, ticks, __, ___, step) =>
              ticks.map((tick) => (Number.isInteger(tick) ? tickText(tick, step) : '')),
            size: 32,
          },
          {
            ...axis,
            values: (_, ticks, __, ___, step) =>
              ticks.map((tick) => tickText(tick, this.logarithmic ? Math.abs(tick) || 1 : step)),
            size: (plot, ticks) => this.#axisWidth(plot, ticks),
          },
        ],
        series: [{}, ...this.chart.series.flatMap((series) => this.#lines(series, colour))],
        cursor: {
          // Charts share where the pointer is; what is selected is for one to say.
          sync: {
            key: SYNC.key,
            setSeries: false,
            filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
          },
          drag: { x: true, y: false, setScale: false },
          dataIdx: nearestPoint,
          focus: { prox: -1 },
          y: false,
          bind: { dblclick: () => () => zoom(null) },
        },
        hooks: {
          setCursor: [
            (plot) =>
              this.#showValues(
                plot.cursor.idx === null || plot.cursor.idx === undefined ? null : plot.data[0][plot.cursor.idx],
              ),
          ],
          setSelect: [(plot) => this.#select(plot)],
          draw: [(plot) => this.#limits(plot, colour)],
        },
      };
    }

    #lines({ key, x, validation, colour: index }, colour) {
      const stroke = colour(`series-${index % COLOURS}`);
      const show = !this.hidden.has(key);
      const smooth = this.#isSmoothed(validation);
      const measured = {
        show,
        stroke,
        alpha: smooth ? 0.3 : 1,
        width: smooth ? 1 : 1.75,
        dash: validation ? [5, 4] : undefined,
        points: { show: validation && x.length <= MOST_MARKERS, size: 6, fill: stroke },
      };
      return smooth ? [measured, { show, stroke, width: 2, points: { show: false } }] : [measured];
    }

    #range(low, high) {
      const values = this.chart.limits.map(({ value }) => value).concat(low ?? [], high ?? []);
      const [least, most] = [Math.min(...values), Math.max(...values)];
      if (this.logarithmic) return uPlot.rangeLog(least > 0 ? least : 1e-8, most > 0 ? most : 1, 10, false);
      return uPlot.rangeNum(least, most, 0.08, true);
    }

    #axisWidth(plot, ticks) {
      if (!ticks) return 40;
      const longest = ticks.reduce((a, b) => (b.length > a.length ? b : a), '');
      plot.ctx.font = `${12 * uPlot.pxRatio}px system-ui, sans-serif`;
      return Math.ceil(plot.ctx.measureText(longest).width / uPlot.pxRatio) + 16;
    }

    #limits(plot, colour) {
      const { ctx, bbox } = plot;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour('limit');
      ctx.lineWidth = 1.25 * uPlot.pxRatio;
      ctx.setLineDash([2 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
      ctx.font = `${11 * uPlot.pxRatio}px system-ui, sans-serif`;
      ctx.textAlign = 'right';
      ctx.textBaseline = 'bottom';
      for (const { label, value } of this.chart.limits) {
        const y = plot.valToPos(value, 'y', true);
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
        ctx.fillText(`${label}: ${valueText(value)}`, bbox.left + bbox.width - 4, y - 3);
      }
      ctx.restore();
    }

    #select(plot) {
      const { left, width } = plot.select;
      if (width < 4) return;
      const range = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
      zoom(range);
    }

    #legend() {
      const legend = this.root.querySelector('.legend');
      this.values = this.chart.series.map(({ key, label, colour, validation }) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.dataset.key = key;
        button.setAttribute('aria-pressed', 'true');
        const swatch = document.createElement('span');
        swatch.className = validation ? 'swatch validation' : 'swatch';
        swatch.style.setProperty('--colour', `var(--series-${colour % COLOURS})`);
        const value = document.createElement('span');
        value.className = 'value';
        button.append(swatch, label, value);
        button.addEventListener('click', () => {
          const show = this.hidden.has(key);
          if (show) this.hidden.delete(key);
          else this.hidden.add(key);
          button.setAttribute('aria-pressed', String(show));
          this.draw();
        });
        legend.append(button);
        return value;
      });
      this.when = document.createElement('span');
      this.when.className = 'when';
      legend.append(this.when);
    }

    #showValues(update) {
      this.chart.series.forEach((series, i) => {
        this.values[i].textContent = valueText(update === null ? lastValue(series) : valueNear(series, update));
      });
      this.when.textContent = update === null ? 'last values' : `at update ${update.toLocaleString('en-US')}`;
    }

    #tools() {
      this.root.querySelector('.reset').addEventListener('click', () => zoom(null));
      const button = this.root.querySelector('.log');
      button.disabled = !this.chart.series.some(({ y }) => y.some((value) => value > 0));
      button.addEventListener('click', () => {
        this.logarithmic = !this.logarithmic;
        button.setAttribute('aria-pressed', String(this.logarithmic));
        this.draw();
      });
    }
  }

  // --- all charts ------------------------------------------------------------------------------------------------

  const views = charts.map((chart) => new ChartView(chart));
  const drawAll = () => views.forEach((each) => each.draw());

  /** Shows updates [from, to] in all charts; null: everything. */
  function zoom(range) {
    view.zoom = range;
    // Not while uPlot is still handling the event that asked for it.
    requestAnimationFrame(drawAll);
  }

  const slider = document.getElementById('smoothing');
  let waiting = false;
  slider?.addEventListener('input', () => {
    view.smoothing = Number(slider.value);
    document.querySelector('output[for="smoothing"]').textContent = view.smoothing.toFixed(2);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      drawAll();
    });
  });

  // Canvases keep the colours that they were drawn with.
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  let folded = [];
  /** On paper everything is light and unfolded. */
  const onPaper = (yes) => {
    if (yes) {
      document.documentElement.dataset.scheme = 'light';
      folded = [...document.querySelectorAll('details:not([open])')];
    } else delete document.documentElement.dataset.scheme;
    for (const details of folded) details.open = yes;
    drawAll();
  };
  window.addEventListener('beforeprint', () => onPaper(true));
  window.addEventListener('afterprint', () => onPaper(false));

  drawAll();
})();
