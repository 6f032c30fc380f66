// A card: what became of a series.

function problem(one, is_repair) {
  const files = one.files > 0 ? `${plural(one.files, 'file', 'files')}: ` : '';
  return make('div', {class: `problem ${one.severity}`},
    make('p', {}, make('strong', {}, files, one.reason), ` (${one.severity}): ${one.text}`),
    one.detail ? make('p', {}, one.detail) : null,
    one.remedy ? make('p', {}, make('em', {}, is_repair ? 'If that is not wanted: ' : 'What to do: '), one.remedy) : null);
}

function frame_name(frame) {
  return frame === null ? 'none' : `frame ${frame}`;
}

function made_slice([slice, lower, upper, weight, columns, rows], filled) {
  const from = lower === null ? 'background: no frame is near'
    : lower === upper ? frame_name(lower)
    : `${frame_name(lower)} × ${rounded(1 - weight)} + ${frame_name(upper)} × ${rounded(weight)}`;
  const shift = columns || rows ? `by ${rounded(columns)} columns, ${rounded(rows)} rows` : 'not shifted';
  return make('tr', {}, make('th', {scope: 'row'}, slice), make('td', {}, from), make('td', {}, shift),
    make('td', {}, filled.has(slice) ? 'was missing' : ''));
}

// What was repaired, slice by slice.
function made_slices(image) {
  const filled = new Set(image.filled_slices);
  const head = ['Slice', 'Made of', 'Shifted', ''].map((text) => make(text ? 'th' : 'td', text ? {scope: 'col'} : {}, text));
  const more = image.made_slices_count - image.made_slices.length;
  return make('details', {},
    make('summary', {}, `${plural(image.made_slices_count, 'slice is', 'slices are')} not simply a frame`),
    make('div', {class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'How slices were made'},
      make('table', {}, make('thead', {}, make('tr', {}, head)),
        make('tbody', {}, image.made_slices.map((one) => made_slice(one, filled))))),
    more > 0 ? make('p', {class: 'faint'}, `and ${grouped(more)} more, which volumes.json tells`) : null);
}

function why_not(match) {
  if (match.matched) return 'its conditions hold';
  const seen = match.seen === undefined ? 'what was seen is left out (--no-patient)' : `seen: ${match.seen || 'nothing'}`;
  return `${match.key} fails: expected ${match.expected}; ${seen}`;
}

function selections(matches, rules, file) {
  if (!matches || matches.length === 0) return null;
  const rows = matches.map((match, i) => make('li', {}, make('strong', {}, rules[i]), ': ',
    is_chosen(rules[i], file) ? make('strong', {}, 'selected') : 'not selected', ', ', why_not(match)));
  return make('details', {}, make('summary', {}, 'Selections'), make('ul', {}, rows));
}

function facts(image) {
  const volumes = image.volumes > 1 ? ` × ${plural(image.volumes, 'volume', 'volumes')} (${image.dimension})` : '';
  const error = image.corner_error_mm < 0.001 ? '0.001' : rounded(image.corner_error_mm);
  const corner = image.placed ? `, corners within ${error} mm` : ', unplaced';
  return make('dl', {},
    row('File', image.file),
    row('Further image', image.split_reason),
    row('Size', `${image.size.join(' × ')} voxels${volumes}`),
    row('Spacing', `${image.spacing.map(rounded).join(' × ')} mm`),
    row('Voxels', `${image.type}, ${rounded(image.values[0])} to ${rounded(image.values[1])}`),
    row('Geometry', verdict(image.geometry), corner),
    row('Lacks', image.missing.join('; ')),
    row('Flags', image.flags.length === 0 ? '' :
      make('ul', {}, image.flags.map(([flag, words]) => make('li', {}, words || flag, words ? make('span', {class: 'faint'}, ` (${flag})`) : null)))));
}

function image_part(image, page) {
  const look = make('div', {class: 'look'});
  if (image.pictures) {
    look.append(planes(image.pictures));
  } else {
    look.append(make('p', {class: 'empty'}, page.run.pictures === 0 && page.run.images > 1000
      ? 'No pictures: there are too many images.' : 'No picture: an earlier run made this image, without a report.'));
  }
  look.append(facts(image));
  if (image.histogram && image.histogram.counts.length > 0) look.append(histogram(image.histogram));
  return make('div', {class: 'image'}, look,
    image.positions ? positions(image.positions, image.positions_count) : null,
    image.made_slices_count > 0 ? made_slices(image) : null,
    selections(image.selections, page.selections.rules, image.file));
}

function title(series) {
  const number = series.number ? `${series.number} · ` : '';
  return `${number}${series.description || 'no description'}`;
}

// What stands in a card from the beginning: few elements, since there may be thousands.
function card_head(series, id) {
  return make('div', {class: 'head'}, make('h4', {id}, title(series)), verdict(series.verdict),
    make('span', {class: 'faint'}, `${series.modality || 'no modality'} · ${plural(series.files, 'file', 'files')} · ` +
      plural(series.images.length, 'image', 'images')));
}

// The rest, when it comes near.
function card_body(series, page) {
  const severe = series.problems.filter((one) => one.severity !== 'skipped');
  const skipped = series.problems.filter((one) => one.severity === 'skipped');
  return make('div', {class: 'body'},
    make('p', {class: 'faint'}, series.uid),
    severe.map((one) => problem(one, one.severity === 'repaired')),
    series.images.map((image) => image_part(image, page)),
    series.images.length === 0 && series.positions ? positions(series.positions, series.positions_count) : null,
    series.images.length === 0 ? selections(series.selections, page.selections.rules, null) : null,
    skipped.length > 0 ? make('details', {}, make('summary', {}, 'Files that were left out'), skipped.map((one) => problem(one, false))) : null);
}
