// The page: which image is shown, what stands beside it, and what is told when it cannot be shown.
import {find, make, rounded} from 'page/elements.js';
import {load_entries} from './entries.js';
import {Unreadable} from './image.js';
import {ImageList} from './image_list.js';
import {load_image} from './load_image.js';
import {Picture, VIEWS} from './picture.js';
import {Windows} from './windows.js';

const page = {studies: [], entries: [], list: null, picture: null, windows: null, shown: null, over: null, loading: new AbortController()};

function say(heading, text) {
  find('words').replaceChildren(make('strong', {}, heading), ...(text ? [text] : []));
  find('words').setAttribute('role', 'alert');
  busy(false);
  find('progress').hidden = true;
  find('state').hidden = false;
}

function busy(is_busy) {
  find('frame').setAttribute('aria-busy', String(is_busy));
}

function say_loading(entry) {
  busy(true);
  find('words').replaceChildren(`Loading ${entry.title}`);
  find('words').setAttribute('role', 'status');
  find('progress').hidden = false;
  find('progress').removeAttribute('value');
  find('state').hidden = false;
}

function done() {
  find('state').hidden = true;
  busy(false);
  tell_place();
}

function tell_progress(done, all) {
  if (all > 0) find('progress').value = Math.min(1, done / all);
}

// A fault of a file is told in its words; any other with what the browser says.
function fault_words(fault) {
  if (fault instanceof Unreadable) return fault.message;
  if (fault instanceof TypeError && /fetch|network/i.test(fault.message)) return 'The server does not answer. Is dcmflow serve still running?';
  return `${fault.message || fault}. Other images of the list can still be opened.`;
}

function warn(text) {
  find('warning').textContent = text;
  find('warning').hidden = text === '';
}

function set_address(replace) {
  const asked = new URLSearchParams();
  if (page.shown) asked.set('image', page.shown.entry.file);
  if (page.over) asked.set('overlay', page.over.entry.file);
  const url = `${location.pathname}?${asked}`;
  if (url === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
}

// What an overlay says of its place: labels by their segment, others by number.
function value_words(image, entry, place) {
  const voxel = image.voxel_at(place);
  if (!voxel) return 'outside';
  const value = image.value_at(voxel, image === page.shown.image ? page.picture.volume : 0);
  if (Array.isArray(value)) return `red ${value[0]}, green ${value[1]}, blue ${value[2]}`;
  const words = String(Number(value.toPrecision(7))).replace('-', '−');
  return page.over?.image === image && page.over.labels && value === 1 && entry.note ? `${words} (${entry.note})` : words;
}

function place_words(place) {
  return place.map((value) => value.toFixed(1).replace('-', '−').replace(/^−(0\.0)$/, '$1')).join(', ');
}

let spoken = 0;

function tell_place() {
  if (!page.shown) return;
  const {image, entry} = page.shown;
  const place = page.picture.place;
  const voxel = image.voxel_at(place);
  const parts = [['Value', value_words(image, entry, place)]];
  if (page.over) parts.push(['Overlay', value_words(page.over.image, page.over.entry, place)]);
  parts.push(image.placed ? ['LPS', `${place_words(place)} mm`] : ['Lies nowhere:', 'the header has no position']);
  if (voxel) parts.push(['Voxel', voxel.join(', ')]);
  find('values').replaceChildren(...parts.map(([term, words], i) => make('span', {}, `${term} `, make(i === 0 ? 'b' : 'span', {}, words))));
  clearTimeout(spoken);
  spoken = setTimeout(() => { find('spoken').textContent = parts.map((part) => part.join(' ')).join('; '); }, 700);
}

function volume_words(entry, index) {
  const key = entry.volume_keys?.[index];
  const told = key?.b_value !== undefined ? `, b = ${rounded(key.b_value)}` : typeof key?.time_s === 'number' ? `, ${rounded(key.time_s)} s`
    : entry.time_step ? `, ${rounded(index * entry.time_step)} s` : '';
  return `Volume ${index + 1} of ${entry.volumes}${told}`;
}

function offer_volumes(entry) {
  find('volume-part').hidden = entry.volumes === 1;
  find('volume').max = entry.volumes;
  find('volume').value = 1;
  find('volume-words').textContent = volume_words(entry, 0);
}

// Other images of the study: those of its frame of reference first. Colour is no overlay.
function offer_overlays(entry) {
  const others = page.entries.filter((one) => one !== entry && one.study === entry.study && one.type !== 'rgb24' && one.placed && entry.placed);
  const same = (one) => one.space !== '' && one.space === entry.space;
  const options = (list) => list.map((one) => make('option', {value: page.entries.indexOf(one)}, [one.title, one.note, one.modality].filter(Boolean).join(' · ')));
  find('overlay').replaceChildren(make('option', {value: ''}, others.length > 0 ? 'none' : 'no other image'), ...options(others.filter(same)));
  const apart = others.filter((one) => !same(one));
  if (apart.length > 0) find('overlay').append(make('optgroup', {label: 'may lie in another space'}, options(apart)));
  find('overlay').disabled = others.length === 0;
  find('opacity-part').hidden = true;
}

function facts_words(entry, image) {
  const spacing = [0, 1, 2].map((axis) => rounded(Math.hypot(...image.matrix.map((row) => row[axis]))));
  return [entry.modality, entry.note, `${image.size.join(' × ')}${entry.volumes > 1 ? ` × ${entry.volumes}` : ''} voxels of ${spacing.join(' × ')} mm`,
    `${entry.type}, ${rounded(entry.range[0])} to ${rounded(entry.range[1])}`, image.placed ? '' : 'unplaced: no letters, since the header has no position', entry.file]
    .filter(Boolean).join(' · ');
}

function enable(on) {
  for (const id of ['view', 'volume', 'closer', 'farther', 'reset']) find(id).disabled = !on;
  if (on) return;
  for (const id of ['window', 'overlay']) find(id).disabled = true;
  for (const id of ['volume-part', 'opacity-part']) find(id).hidden = true;
}

function forget() {
  page.loading.abort();
  page.loading = new AbortController();
  page.shown = null;
  page.over = null;
  warn('');
  find('values').replaceChildren();
  find('facts').textContent = '';
  enable(false);
  page.picture?.clear();
}

// `at`: where the cross is to stand (LPS, mm).
async function show(entry, {replace = false, overlay = null, at = null} = {}) {
  forget();
  const {signal} = page.loading;
  page.list.mark(entry);
  find('title').textContent = entry.title;
  document.title = `${entry.title} – dcmflow viewer`;
  page.shown = {entry, image: null};
  set_address(replace);
  page.shown = null;
  if (!page.picture) return;
  say_loading(entry);
  try {
    const image = await load_image(entry, signal, tell_progress);
    if (signal.aborted) return;
    const window = await page.picture.show(image, entry.window);
    page.shown = {entry, image};
    find('facts').textContent = facts_words(entry, image);
    enable(true);
    page.windows.offer(entry, page.picture.robust, window);
    offer_volumes(entry);
    offer_overlays(entry);
    if (at) page.picture.place = at;
    if (overlay) await show_overlay(overlay);
    done();
  } catch (fault) {
    if (signal.aborted) return;
    page.picture.clear();
    say('This image cannot be shown', fault_words(fault));
  }
}

async function show_overlay(entry) {
  const {signal} = page.loading;
  page.picture.remove_overlay();
  page.over = null;
  find('opacity-part').hidden = true;
  warn('');
  if (!entry) {
    find('overlay').value = '';
  } else {
    find('overlay').value = String(page.entries.indexOf(entry));
    say_loading(entry);
    try {
      const image = await load_image(entry, signal, tell_progress);
      if (signal.aborted) return;
      const labels = image.labels();
      await page.picture.overlay(image, labels, find('opacity').value / 100);
      page.over = {entry, image, labels};
      find('opacity-part').hidden = false;
      if (entry.space === '' || entry.space !== page.shown.entry.space)
        warn('The two images do not name the same Frame of Reference: they may not lie over each other as they did in the patient.');
    } catch (fault) {
      if (signal.aborted) return;
      find('overlay').value = '';
      warn(`${entry.title} cannot be laid over: ${fault_words(fault)}`);
    }
  }
  set_address(true);
  done();
}

const KEYS = {ArrowRight: [1, 0, 0], ArrowLeft: [-1, 0, 0], ArrowDown: [0, 1, 0], ArrowUp: [0, -1, 0], PageUp: [0, 0, 1], PageDown: [0, 0, -1]};

// NiiVue's own keys stay unheard: one of them opens a dialogue, others cut the volume.
function take_key(event) {
  event.stopPropagation();
  if (event.type !== 'keydown' || !page.shown || event.ctrlKey || event.metaKey || event.altKey) return;
  const direction = KEYS[event.key];
  if (direction) page.picture.place = page.picture.place.map((value, axis) => value + direction[axis] * page.picture.step);
  else if (event.key === '+' || event.key === '=') page.picture.zoom(1.25);
  else if (event.key === '-') page.picture.zoom(0.8);
  else return;
  event.preventDefault();
}

function take_wheel(event) {
  if (!page.shown || event.ctrlKey || event.deltaY === 0 || !page.picture.turn(event.offsetX, event.offsetY, event.deltaY < 0 ? 1 : -1)) return;
  event.stopPropagation();
  event.preventDefault();
}

function listen() {
  find('frame').addEventListener('wheel', take_wheel, {capture: true, passive: false});
  for (const type of ['keydown', 'keyup']) find('frame').addEventListener(type, take_key, {capture: true});
  find('controls').addEventListener('submit', (event) => event.preventDefault());
  find('view').append(...Object.entries(VIEWS).map(([name, [words]]) => make('option', {value: name}, words)));
  find('view').addEventListener('change', () => page.picture.set_view(find('view').value));
  find('volume').addEventListener('input', () => {
    page.picture.set_volume(page.shown.image, find('volume').value - 1);
    find('volume-words').textContent = volume_words(page.shown.entry, find('volume').value - 1);
    tell_place();
  });
  find('overlay').addEventListener('change', () => show_overlay(page.entries[find('overlay').value] ?? null));
  find('opacity').addEventListener('input', () => page.picture.set_opacity(find('opacity').value / 100));
  find('closer').addEventListener('click', () => page.picture.zoom(1.25));
  find('farther').addEventListener('click', () => page.picture.zoom(0.8));
  find('reset').addEventListener('click', () => page.picture.reset());
  addEventListener('popstate', () => show_asked(true));
}

// What the address asks for; without it the first image.
function show_asked(replace) {
  const asked = new URLSearchParams(location.search);
  const of_file = (file) => file === null ? null : page.entries.find((entry) => entry.file === file) ?? null;
  const at = (asked.get('at') ?? '').split(',').map(Number);
  const entry = asked.has('image') ? of_file(asked.get('image')) : page.entries[0];
  if (entry) return show(entry, {replace, overlay: of_file(asked.get('overlay')), at: asked.has('at') && at.length === 3 && at.every(Number.isFinite) ? at : null});
  forget();
  find('title').textContent = 'No such image';
  say('There is no such image', `${asked.get('image')} is not in volumes.json. Choose one from the list.`);
}

async function open_picture() {
  try {
    page.picture = await Picture.open(find('picture'), find('marks'), tell_place, (low, high) => page.windows.tell(low, high));
  } catch {
    say('This browser draws no volumes here',
      'WebGL2 is missing or switched off: try another browser, or switch on hardware acceleration. Pictures of every series are in the report (dcmflow … --report).');
  }
}

function offer_report() {
  fetch('report.html', {method: 'HEAD', redirect: 'manual'}).then((answer) => { find('report').hidden = !answer.ok; }, () => {});
}

async function begin() {
  enable(false);
  listen();
  page.windows = new Windows((low, high) => page.picture.set_window(low, high));
  offer_report();
  try {
    page.studies = await load_entries();
  } catch (fault) {
    return say('The list of images cannot be read', `${fault.message}. Is the folder the output of a run that is complete? dcmflow verify tells.`);
  }
  page.entries = page.studies.flatMap((study) => study.entries);
  page.list = new ImageList(page.studies, (entry) => show(entry));
  if (page.entries.length === 0) return say('There are no images here', 'The run made none. Its report.json says of every file why, and what to do.');
  await open_picture();
  await show_asked(true);
}

begin();
