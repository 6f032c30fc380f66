// The images to choose from: links by study beside the picture, and the same as a menu where there is no room.
import {find, grouped, make} from 'page/elements.js';

function search_text(study, entry) {
  return [study.title, study.uid, entry.title, entry.file, entry.series, entry.modality, entry.note].join('\n').toLowerCase();
}

function size_text(entry) {
  return entry.size.join(' × ') + (entry.volumes > 1 ? ` × ${entry.volumes}` : '');
}

// A link, so that it opens in a new tab too.
function link_of(entry) {
  return make('a', {href: `?${new URLSearchParams({image: entry.file})}`, title: entry.file},
    make('span', {class: 'title'}, entry.title), entry.note ? make('span', {class: 'note'}, entry.note) : null,
    make('span', {class: 'faint'}, make('span', {class: 'modality'}, entry.modality || '–'), ` ${size_text(entry)}`));
}

// `choose(entry)` is called when the reader takes one.
export class ImageList {
  constructor(studies, choose) {
    this.choose = choose;
    this.rows = studies.flatMap((study) => study.entries.map((entry) => ({study, entry, text: search_text(study, entry), link: link_of(entry)})));
    this.groups = studies.map((study, i) => ({study, element: this.group(study, i)}));
    find('images').replaceChildren(...this.groups.map((group) => group.element));
    find('menu').replaceChildren(...studies.map((study) => this.menu_group(study)));
    find('search').addEventListener('input', () => this.filter());
    find('images').addEventListener('keydown', (event) => this.move(event));
    find('images').addEventListener('click', (event) => this.take(event));
    find('menu').addEventListener('change', () => this.choose(this.rows[Number(find('menu').value)].entry));
    this.filter();
  }

  group(study, i) {
    const rows = this.rows.filter((row) => row.study === study);
    return make('div', {role: 'group', 'aria-labelledby': `study-${i}`}, make('h2', {id: `study-${i}`}, study.title),
      make('ul', {}, rows.map((row) => make('li', {}, row.link))));
  }

  menu_group(study) {
    const group = make('optgroup', {label: study.title});
    this.rows.forEach((row, i) => {
      if (row.study === study) group.append(make('option', {value: i}, [row.entry.title, row.entry.note, row.entry.modality].filter(Boolean).join(' · ')));
    });
    return group;
  }

  filter() {
    const words = find('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of this.rows) {
      const fits = words.every((word) => row.text.includes(word));
      row.link.parentNode.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const {element} of this.groups) element.hidden = !element.querySelector('li:not([hidden])');
    find('count').textContent = words.length > 0 ? `${grouped(shown)} of ${grouped(this.rows.length)} images` : `${grouped(this.rows.length)} image${this.rows.length === 1 ? '' : 's'}`;
  }

  // Up and down between the links that are shown; Tab and Enter do what they do with links.
  move(event) {
    if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return;
    const links = this.rows.filter((row) => row.link.offsetParent !== null).map((row) => row.link);
    const at = links.indexOf(document.activeElement);
    const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1}[event.key];
    links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
    event.preventDefault();
  }

  take(event) {
    const row = this.rows.find((one) => one.link.contains(event.target));
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.choose(row.entry);
  }

  mark(entry) {
    this.rows.forEach((row, i) => {
      if (row.entry === entry) {
        row.link.setAttribute('aria-current', 'page');
        row.link.scrollIntoView({block: 'nearest'});
        find('menu').value = String(i);
      } else {
        row.link.removeAttribute('aria-current');
      }
    });
  }
}
