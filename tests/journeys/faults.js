// What is wrong with a page, one sentence each.
() => {
  const faults = [], say = (fault, e) => faults.push(fault + ': ' + e.outerHTML.slice(0, 160));
  const all = (selector) => [...document.querySelectorAll(selector)];
  const words = (ids) => (ids || '').split(' ').map((id) => document.getElementById(id)?.textContent || '').join(' ');
  const called = (e) => (e.getAttribute('aria-label') || words(e.getAttribute('aria-labelledby')) || e.title
    || [...(e.labels || [])].map((l) => l.textContent).join(' ') || e.textContent || '').trim();
  for (const selector of ['h1', 'main', 'body > header', 'body > footer', 'head > title'])
    if (all(selector).length !== 1) faults.push(`${all(selector).length} ${selector}`);
  if (document.documentElement.lang !== 'en') faults.push('no language');
  for (const e of all('nav, [role=group], [role=region], aside')) if (!called(e)) say('no name', e);
  for (const e of all('input:not([type=hidden]), select, textarea, button, a[href]')) if (!called(e)) say('no name', e);
  for (const e of all('img, svg')) if (!e.alt && e.getAttribute('aria-hidden') !== 'true' && !called(e)) say('no words', e);
  for (const e of all('[aria-describedby]'))
    for (const id of e.getAttribute('aria-describedby').split(' ')) if (!document.getElementById(id)) say('no ' + id, e);
  for (const e of all('[style], script:not([src])')) say('inline', e);
  for (const e of all('th')) if (!e.scope) say('no scope', e);
  const ids = all('[id]').map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) faults.push('twice #' + id);
  const levels = all('h1, h2, h3, h4').map((e) => +e.tagName[1]);
  levels.forEach((level, n) => { if (n && level > levels[n - 1] + 1) faults.push(`h${level} after h${levels[n - 1]}`); });
  return faults;
}
