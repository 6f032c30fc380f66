// Pictures, histogram and positions.

// The longest side of a picture; all pictures of an image have one scale.
const PICTURE = 208;

function plane(picture, scale) {
  const [left, right, top, bottom] = picture.letters;
  const name = picture.plane || 'plane of an unplaced image';
  const edges = left ? `, left edge ${left}, right edge ${right}, top ${top}, bottom ${bottom}` : '';
  const box = make('div', {class: 'plane'},
    make('img', {src: `data:image/png;base64,${picture.png}`, alt: `${name} plane through the middle${edges}`, decoding: 'async', draggable: 'false'}));
  box.style.width = `${Math.max(2, picture.mm[0] * scale)}px`;
  box.style.height = `${Math.max(2, picture.mm[1] * scale)}px`;
  for (const [place, letters] of Object.entries({left, right, top, bottom})) {
    if (letters) box.append(make('span', {class: place, 'aria-hidden': 'true'}, letters));
  }
  const [width, height] = picture.mm.map(rounded);
  return make('figure', {}, box, make('figcaption', {}, `${name}, ${width} × ${height} mm`));
}

function planes(pictures) {
  const longest = Math.max(...pictures.flatMap((picture) => picture.mm));
  return make('div', {class: 'planes'}, pictures.map((picture) => plane(picture, PICTURE / longest)));
}

function histogram({counts, range, window, window_of_header}) {
  const width = 220, height = 70;
  const most = Math.max(...counts);
  // The root shows few voxels beside the many of the background.
  const bars = counts.map((count, i) => draw('rect', {
    class: 'bar', x: i * width / counts.length, width: width / counts.length,
    y: height * (1 - Math.sqrt(count / most)), height: height * Math.sqrt(count / most),
  }));
  const place = (value) => width * (range[1] > range[0] ? (value - range[0]) / (range[1] - range[0]) : 0.5);
  const marks = window.map(place).filter((x) => x >= 0 && x <= width)
    .map((x) => draw('line', {class: 'window', x1: x, x2: x, y1: 0, y2: height}));
  const words = `Values from ${rounded(range[0])} to ${rounded(range[1])}; shown from ${rounded(window[0])} to ${rounded(window[1])}, ` +
    (window_of_header ? 'the window of the header' : 'all but the fewest at both ends');
  return make('figure', {},
    draw('svg', {width, height: height + 2, viewBox: `0 0 ${width} ${height + 2}`, role: 'img', 'aria-label': `Histogram. ${words}`}, bars, marks),
    make('figcaption', {}, words));
}

// A line for each slice along the normal; gaps that are not as the others are filled.
function positions(places, count) {
  const width = 640, height = 46, first = places[0], length = places[places.length - 1] - first;
  const gaps = places.slice(1).map((place, i) => place - places[i]);
  const median = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
  const x = (place) => 4 + (width - 8) * (place - first) / length;
  const odd = gaps.map((gap, i) => [gap, i]).filter(([gap]) => Math.abs(gap - median) > Math.max(0.01 * median, 0.01));
  const words = `${plural(count, 'position', 'positions')} over ${rounded(length)} mm; the usual gap is ${rounded(median)} mm; ` +
    `${plural(odd.length, 'gap is', 'gaps are')} another: ` +
    odd.slice(0, 6).map(([gap, i]) => `${rounded(gap)} mm behind the ${i + 1}.`).join(', ') + (odd.length > 6 ? ', …' : '');
  return make('figure', {},
    draw('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Positions of slices. ${words}`},
      odd.map(([, i]) => draw('rect', {class: 'gap', x: x(places[i]), width: Math.max(1, x(places[i + 1]) - x(places[i])), y: 30, height: 8})),
      places.map((place) => draw('line', {class: 'slice', x1: x(place), x2: x(place), y1: 4, y2: 26}))),
    make('figcaption', {}, words));
}
