'use strict';
// Elements of the page. Text of the input reaches it by textContent and attributes alone: it is never read as HTML.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== '') node.append(child.nodeType ? child : String(child));
  }
  return node;
}

// make('p', {class: 'faint'}, 'text', other) → <p class="faint">text…</p>
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function find(id) {
  return document.getElementById(id);
}

function grouped(count) {
  return count.toLocaleString('en-US');
}

function plural(count, one, several) {
  return `${grouped(count)} ${count === 1 ? one : several}`;
}

// Of a number what a reader wants to see: 0.98 and 1234.6, not 0.9765625 and 1234.5678.
function rounded(number) {
  if (number === null) return 'none';
  return String(Number(number.toPrecision(Math.abs(number) < 1000 ? 4 : 6)));
}

function verdict(word) {
  return make('span', {class: `verdict ${word}`}, word);
}

// "20260228" → "2026-02-28"; anything else as it is.
function date(text) {
  return text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}

// A row of a definition list, or none.
function row(term, ...what) {
  return what.flat().some((one) => one !== null && one !== '') ? [make('dt', {}, term), make('dd', {}, ...what)] : [];
}
