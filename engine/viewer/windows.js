// Which values are shown from black to white.
import {find, make} from 'page/elements.js';

// Width and level in Hounsfield units, as they are usual for CT.
const CT = {brain: ['brain', 80, 40], soft: ['soft tissue', 400, 40], lung: ['lung', 1500, -600], bone: ['bone', 1800, 400]};

// [[name, words, low, high]] of an image; `robust`: 2–98 % of its values.
function presets(entry, robust) {
  const list = [['robust', '2–98 %', ...robust], ['whole', 'all values', ...entry.range]];
  if (entry.window) list.unshift(['header', 'of the header', ...entry.window]);
  if (entry.modality === 'CT') for (const [name, [words, width, level]] of Object.entries(CT)) list.push([name, words, level - width / 2, level + width / 2]);
  return list.filter(([, , low, high]) => low < high);
}

function short(value) {
  return String(Number(value.toPrecision(5)));
}

export class Windows {
  constructor(apply) {
    this.apply = apply;
    this.list = [];
    find('preset').addEventListener('change', () => this.take_preset());
    for (const id of ['low', 'high']) find(id).addEventListener('change', () => this.take_numbers());
  }

  // A new image; `shown` is the window it has now.
  offer(entry, robust, shown) {
    find('window').disabled = entry.type === 'rgb24';
    this.list = presets(entry, robust);
    find('preset').replaceChildren(...this.list.map(([name, words]) => make('option', {value: name}, words)), make('option', {value: 'own'}, 'own'));
    this.tell(...shown);
  }

  // What is shown, however it came about.
  tell(low, high) {
    find('low').value = short(low);
    find('high').value = short(high);
    const same = this.list.find(([, , a, b]) => Math.abs(a - low) + Math.abs(b - high) < 1e-3 * Math.abs(high - low));
    find('preset').value = same ? same[0] : 'own';
  }

  take_preset() {
    const chosen = this.list.find(([name]) => name === find('preset').value);
    if (!chosen) return;
    this.apply(chosen[2], chosen[3]);
    this.tell(chosen[2], chosen[3]);
  }

  take_numbers() {
    const [low, high] = [Number(find('low').value), Number(find('high').value)];
    const fits = find('low').value !== '' && find('high').value !== '' && low < high;
    find('high').setCustomValidity(fits ? '' : 'White is above black.');
    if (!fits) return void find('high').reportValidity();
    this.apply(low, high);
    this.tell(low, high);
  }
}
