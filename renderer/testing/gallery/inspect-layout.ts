/**
 * What a screen must not do, measured in the page itself: cut words, overlap, leave the window, or offer a target that a
 * thumb misses. Self-contained, since it is sent to the page as text.
 */
export interface LayoutLimits {
  readonly targetPx: number
  readonly gapPx: number
}

export function inspectLayout({ targetPx, gapPx }: LayoutLimits): readonly string[] {
  const faults: string[] = []
  const nameOf = (element: Element): string =>
    element.getAttribute('data-testid') ??
    element.getAttribute('aria-label') ??
    `${element.tagName} ${element.textContent.slice(0, 40)}`
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const isLow = matchMedia('(height < 760px)').matches
  const scrolling = `.ck-scroll, .ck-hidden${isLow ? ', .ck-scroll-low' : ''}`
  const inList = (element: Element): boolean => element.closest(scrolling) !== null

  const root = document.documentElement
  if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) faults.push('the page scrolls')

  const floating = document.querySelector('[role=listbox], [data-portal] [role=dialog], dialog[open]')
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const holder = node.parentElement
    if (
      holder === null ||
      node.textContent?.trim() === '' ||
      !isSeen(holder) ||
      holder.closest('.ck-hidden') !== null
    )
      continue
    const style = getComputedStyle(holder)
    const shortens = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none'
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    const frame = (
      holder.closest('button, label, dt, dd, section, aside, header, nav, form, dialog') ?? document.body
    ).getBoundingClientRect()
    const stands =
      box.left < frame.left - 1 ||
      box.right > frame.right + 1 ||
      (!inList(holder) && (box.top < frame.top - 1 || box.bottom > frame.bottom + 1))
    const middle = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    const covered = middle !== null && !holder.contains(middle) && !middle.contains(holder)
    if (covered && holder.closest('[aria-hidden]') === null && !inList(holder) && floating === null)
      faults.push(`words are covered: ${node.textContent}`)
    if (stands && !shortens) faults.push(`words stand over: ${node.textContent}`)
    if (shortens && !inList(holder) && holder.scrollWidth > holder.clientWidth + 1)
      faults.push(`words are cut: ${node.textContent}`)
    if (Number.parseFloat(style.fontSize) < 14) faults.push(`words are too small: ${node.textContent}`)
  }

  const pen = document.createElement('canvas').getContext('2d')
  for (const input of document.querySelectorAll('input')) {
    if (!isSeen(input) || pen === null) continue
    const style = getComputedStyle(input, input.value === '' ? '::placeholder' : null)
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    const words = input.value === '' ? input.placeholder : ''
    if (pen.measureText(words).width > input.clientWidth + 1) faults.push(`placeholder is cut: ${words}`)
  }

  const targets = [...document.querySelectorAll('button, input, [role=radio]')]
    .filter(isSeen)
    .map((element) => element.closest('label') ?? element)
  for (const target of new Set(targets)) {
    const box = target.getBoundingClientRect()
    if (box.width < targetPx - 0.5 || box.height < targetPx - 0.5)
      faults.push(`target is ${Math.round(box.width)}x${Math.round(box.height)}: ${nameOf(target)}`)
    if (
      !inList(target) &&
      (box.right > innerWidth || box.bottom > innerHeight || box.left < 0 || box.top < 0)
    )
      faults.push(`target is outside: ${nameOf(target)}`)
  }
  const apart = [...new Set(targets)].filter(
    (target) => !inList(target) && floating?.contains(target) !== true,
  )
  for (const [at, one] of apart.entries())
    for (const other of apart.slice(at + 1)) {
      if (floating !== null || one.contains(other) || other.contains(one)) continue
      const joined = one.closest('[data-joined]')
      if (joined !== null && joined === other.closest('[data-joined]')) continue
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
      const across = Math.max(a.left - b.right, b.left - a.right)
      const down = Math.max(a.top - b.bottom, b.top - a.bottom)
      if (Math.max(across, down) < gapPx - 0.5)
        faults.push(
          `only ${Math.round(Math.max(across, down))} px between ${nameOf(one)} and ${nameOf(other)}`,
        )
    }
  return faults
}
