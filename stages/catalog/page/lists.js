// What stands above and below the cards.

const VERDICTS = ['ok', 'noted', 'repaired', 'partial', 'untrue', 'refused', 'failed', 'skipped'];

function show_totals(page) {
  const {run} = page;
  find('totals').append(`${plural(page.series.length, 'series', 'series')} in ${plural(page.studies.length, 'study', 'studies')}, ` +
    `${plural(run.images, 'image', 'images')}; ${run.status.replaceAll('_', ' ')}, exit code ${run.exit_code}`);
  for (const word of VERDICTS) {
    if (run.verdicts[word] > 0) find('verdicts').append(make('li', {class: `verdict ${word}`}, `${grouped(run.verdicts[word])} ${word}`));
  }
  find('about').append(`Made by dcmflow ${run.version}. ` + (run.no_patient
    ? 'The name and ID of the patient are left out (--no-patient); this is no de-identification.'
    : 'This page holds patient data.'));
}

function show_advice(page) {
  if (page.run.advice.length === 0) return;
  find('advice').hidden = false;
  find('advice').querySelector('ul').append(...page.run.advice.map((text) => make('li', {}, text)));
}

// Which images each selection has.
const chosen = new Map();

function is_chosen(name, file) {
  return file !== null && (chosen.get(name) || new Set()).has(file);
}

function show_selections(page) {
  const {rules, chosen: lists} = page.selections;
  for (const {name, images} of lists) chosen.set(name, new Set(images));
  if (rules.length === 0) return;
  find('selections').hidden = false;
  const unmet = new Map(lists.map((one) => [one.name, one.unmet]));
  find('selections').querySelector('ul').append(...[...new Set(rules)].map((name) => make('li', {}, make('strong', {}, name), ': ',
    plural((chosen.get(name) || new Set()).size, 'image', 'images'), unmet.get(name) ? make('strong', {}, `; not met: ${unmet.get(name)}`) : null)));
}

function show_left(page) {
  const place = find('left').querySelector('div');
  if (page.left.length === 0) place.append(make('p', {class: 'empty'}, `None: all ${grouped(page.run.converted_files)} files are in images.`));
  for (const [reason, files] of page.left) {
    const rows = files.map(([name, detail]) => make('tr', {}, make('th', {scope: 'row'}, name), make('td', {}, detail)));
    const more = reason.files - files.length;
    place.append(problem(reason, false), make('details', {}, make('summary', {}, `Files: ${reason.reason}`),
      make('div', {class: 'scroll', tabindex: '0', role: 'group', 'aria-label': `Files: ${reason.reason}`},
        make('table', {}, make('thead', {}, make('tr', {}, make('th', {scope: 'col'}, 'File'), make('th', {scope: 'col'}, 'Why'))),
          make('tbody', {}, rows))),
      more > 0 ? make('p', {class: 'faint'}, `and ${grouped(more)} more, which report.json tells`) : null));
  }
}
