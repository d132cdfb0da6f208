// Runs within each page that a test opens, before its own scripts: measures what a person would see.

globalThis.lookInside = (() => {
  const isVisible = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const all = selector => [...document.querySelectorAll(selector)].filter(isVisible)

  // --- Contrast, as WCAG 2 reckons it ---

  const channels = color => {
    const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number)
    return { rgb: [red, green, blue], alpha }
  }
  const luminance = rgb => {
    const [red, green, blue] = rgb.map(value => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
    return (light + 0.05) / (dark + 0.05)
  }
  /** The nearest ground that is painted; grounds that shine through are not used here. */
  const groundOf = element => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { rgb, alpha } = channels(getComputedStyle(at).backgroundColor)
      if (alpha === 1) return rgb
      if (alpha > 0) throw new Error(`a ground that shines through: ${at.tagName}`)
    }
    return [255, 255, 255]
  }
  /** Big letters may have 3, as all others 4.5. */
  const enough = ({ fontSize, fontWeight }) => {
    const pixels = Number.parseFloat(fontSize)
    return pixels >= 24 || (pixels >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5
  }
  const faintness = (text, element, color, ground) => {
    const measured = contrast(channels(color).rgb, ground)
    const said = `${measured.toFixed(1)} ${color} on rgb(${ground.join(', ')}): ${text.trim().slice(0, 40)}`
    return measured < enough(getComputedStyle(element)) ? [said] : []
  }

  function faint() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const { parentElement: element, data } = node
      if (data.trim() === '' || !isVisible(element)) continue
      found.push(...faintness(data, element, getComputedStyle(element).color, groundOf(element)))
    }
    for (const field of all('input[placeholder]'))
      found.push(...faintness(field.placeholder, field, getComputedStyle(field, '::placeholder').color, groundOf(field)))
    return found
  }

  // --- Names and focus ---

  const nameOf = element =>
    element.getAttribute('aria-label') ?? (element.labels?.[0] ?? element).textContent.trim().replaceAll(/\s+/g, ' ')

  const focusable = () => all('a[href], button, input, summary, [tabindex="0"]').filter(element => !element.disabled)

  function nameless() {
    const unnamed = focusable().filter(element => nameOf(element) === '')
    const unlabelled = all('section').filter(({ ariaLabelledByElements: by }) => by !== null && by?.[0] === undefined)
    return [...unnamed, ...unlabelled].map(element => element.outerHTML.slice(0, 80))
  }

  function focused() {
    const { activeElement: element } = document
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element)
    const isOutlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    const { top, bottom } = element.getBoundingClientRect()
    const isWithin = bottom > 0 && top < innerHeight
    // Of what is no text WCAG asks 3.
    const isSeen = isOutlined && isWithin && contrast(channels(outlineColor).rgb, groundOf(element.parentElement)) >= 3
    return { name: nameOf(element), isSeen }
  }

  /** Tab goes on from what was focused last, even if it is no longer. */
  function beginAtTheTop() {
    document.body.tabIndex = -1
    document.body.focus()
    document.body.removeAttribute('tabindex')
  }

  // --- Room ---

  const overhang = () => document.documentElement.scrollWidth - document.documentElement.clientWidth

  /** As WCAG's criterion of text spacing spreads it; fonts of other machines are wider, too. */
  function overhangSpread() {
    const spread = new CSSStyleSheet()
    spread.replaceSync('* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }')
    document.adoptedStyleSheets.push(spread)
    const measured = overhang()
    document.adoptedStyleSheets.pop()
    return measured
  }

  const look = () => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: all('h1').map(heading => heading.textContent),
    sideways: overhang(),
    sidewaysSpread: overhangSpread(),
    faint: faint(),
    nameless: nameless(),
  })

  return { look, focusable, focused, beginAtTheTop }
})()
