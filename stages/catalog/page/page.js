// Search, filters, order, and cards that are filled when they come near and emptied when they are far.

const page = JSON.parse(find('data').textContent);

const ORDERS = {
  study: ['study and number', null],
  verdict: ['verdict, the worst first', (a, b) => severity(b) - severity(a)],
  description: ['description', (a, b) => a.description.localeCompare(b.description)],
  size: ['voxels, the most first', (a, b) => voxels(b) - voxels(a)],
  corner: ['corner error, the largest first', (a, b) => corner(b) - corner(a)],
};

// What was left out on purpose is no fault.
function severity(series) {
  return series.verdict === 'skipped' ? -1 : VERDICTS.indexOf(series.verdict);
}

function voxels(series) {
  return Math.max(0, ...series.images.map((image) => image.size.reduce((a, b) => a * b) * image.volumes));
}

function corner(series) {
  return Math.max(-1, ...series.images.map((image) => image.corner_error_mm));
}

function search_text(series) {
  const study = page.studies[series.study];
  return [series.number, series.description, series.uid, series.modality, series.verdict, study.description, study.date, date(study.date), study.uid,
    study.patient, study.patient_id, ...series.problems.map((one) => one.reason),
    ...series.images.flatMap((image) => [image.file, ...image.flags.flat()])].join('\n').toLowerCase();
}

// What a card is made of, once for each series.
const cards = page.series.map((series, i) => ({series, text: search_text(series), id: `series-${i}`, element: null}));
const card_of = new WeakMap();

// A card far away keeps its height, so that nothing moves.
const near = new IntersectionObserver((entries) => {
  for (const {target, isIntersecting} of entries) {
    const body = target.querySelector('.body');
    if (isIntersecting && !body) {
      target.append(card_body(card_of.get(target).series, page));
      target.style.minHeight = '';
    } else if (!isIntersecting && body && !target.contains(document.activeElement)) {
      target.style.minHeight = `${target.offsetHeight}px`;
      body.remove();
    }
  }
}, {rootMargin: '150% 0px'});

function element_of(card) {
  if (!card.element) {
    card.element = make('article', {'aria-labelledby': card.id}, card_head(card.series, card.id));
    card_of.set(card.element, card);
  }
  return card.element;
}

function study_title(study) {
  const who = [study.patient, study.patient_id].filter(Boolean).join(', ');
  return make('h3', {}, [study.description || 'Study without a description', date(study.date), who].filter(Boolean).join(' · '),
    make('span', {class: 'faint'}, ` ${study.uid}`));
}

function passes(card) {
  const words = find('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const selection = find('selection').value;
  return words.every((word) => card.text.includes(word)) &&
    (find('verdict').value === '' || card.series.verdict === find('verdict').value) &&
    (find('modality').value === '' || `m${card.series.modality}` === find('modality').value) &&
    (selection === '' || card.series.images.some((image) => is_chosen(selection.slice(1), image.file)));
}

function show_cards() {
  const order = find('sort').value;
  const shown = cards.filter(passes);
  const compare = ORDERS[order][1];
  if (compare) shown.sort((a, b) => compare(a.series, b.series));
  near.disconnect();
  const parts = document.createDocumentFragment();
  let study = -1;
  for (const card of shown) {
    if (!compare && card.series.study !== study) {
      study = card.series.study;
      parts.append(study_title(page.studies[study]));
    }
    parts.append(element_of(card));
  }
  if (shown.length === 0) parts.append(make('p', {class: 'empty'}, 'No series is like that.'));
  find('cards').replaceChildren(parts);
  for (const card of shown) near.observe(card.element);
  find('count').textContent = `${grouped(shown.length)} of ${plural(cards.length, 'series', 'series')} shown`;
}

// Values have a letter in front where any text can be one: empty is "all".
function fill_filters() {
  const modalities = [...new Set(page.series.map((one) => one.modality))].sort();
  const used = VERDICTS.filter((word) => page.run.verdicts[word] > 0);
  const options = {
    verdict: [['', 'all'], ...used.map((word) => [word, word])],
    modality: [['', 'all'], ...modalities.map((text) => [`m${text}`, text || 'none'])],
    selection: [['', 'all'], ...[...chosen.keys()].map((name) => [`s${name}`, name])],
    sort: Object.entries(ORDERS).map(([value, [words]]) => [value, words]),
  };
  for (const [id, list] of Object.entries(options)) find(id).append(...list.map(([value, words]) => make('option', {value}, words)));
  find('selection').closest('label').hidden = chosen.size === 0;
}

function begin() {
  show_totals(page);
  show_advice(page);
  show_selections(page);
  show_left(page);
  fill_filters();
  let waiting = 0;
  find('filters').addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(show_cards, page.series.length > 500 ? 150 : 0);
  });
  find('filters').addEventListener('submit', (event) => event.preventDefault());
  show_cards();
}

begin();
