/**
 * The whole visual language: every colour, size and duration on the screen comes from here, as Mantine theme and as
 * `--ck-*` variables. Text pairs are kept at 7:1, because the sun stands on the screen (`theme.test.ts` measures them).
 */
import { createTheme } from '@mantine/core'
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core'

export type Scheme = 'light' | 'dark'

interface Palette {
  /** Behind everything. */
  readonly canvas: string
  /** What can be read or touched lies on this. */
  readonly surface: string
  /** A place to fill, a resting chip. */
  readonly sunken: string
  /** What floats: menus, the undo bar. */
  readonly raised: string
  /** Hairlines; never the only sign of a control. */
  readonly line: string
  /** Edges of controls, 3:1. */
  readonly edge: string
  readonly ink: string
  readonly inkSoft: string
  /** Neel, the one colour of what can be done. */
  readonly brand: string
  readonly brandPressed: string
  readonly onBrand: string
  readonly brandSoft: string
  readonly onBrandSoft: string
  readonly rail: string
  readonly onRail: string
  readonly railActive: string
  readonly onRailActive: string
  readonly inside: string
  readonly insideSoft: string
  readonly waiting: string
  readonly waitingSoft: string
  readonly refused: string
  readonly refusedSoft: string
  readonly offline: string
  readonly offlineSoft: string
  readonly shadow: string
}

export const palettes: Readonly<Record<Scheme, Palette>> = {
  light: {
    canvas: '#EFECE6',
    surface: '#FCFBF9',
    sunken: '#F1EEE9',
    raised: '#FFFFFF',
    line: '#DDD7CD',
    edge: '#8A8276',
    ink: '#1E1A15',
    inkSoft: '#4B453B',
    brand: '#2C2A86',
    brandPressed: '#201E68',
    onBrand: '#FFFFFF',
    brandSoft: '#E5E3F6',
    onBrandSoft: '#2A2880',
    rail: '#211F5E',
    onRail: '#DAD8F7',
    railActive: '#FCFBF9',
    onRailActive: '#211F5E',
    inside: '#0A4D2E',
    insideSoft: '#DCEFE2',
    waiting: '#664000',
    waitingSoft: '#FAEACB',
    refused: '#8A1512',
    refusedSoft: '#FBE4E1',
    offline: '#2C4356',
    offlineSoft: '#DDE6EE',
    shadow: '0 2px 6px rgb(30 26 21 / 10%), 0 12px 32px rgb(30 26 21 / 16%)',
  },
  dark: {
    canvas: '#14120F',
    surface: '#1F1C18',
    sunken: '#292520',
    raised: '#2E2A25',
    line: '#3A352E',
    edge: '#8D8578',
    ink: '#F4EFE7',
    inkSoft: '#CBC4B8',
    brand: '#BDBAFF',
    brandPressed: '#D6D4FF',
    onBrand: '#17154A',
    brandSoft: '#322F63',
    onBrandSoft: '#DCDAFF',
    rail: '#1B1940',
    onRail: '#C9C6F5',
    railActive: '#BDBAFF',
    onRailActive: '#17154A',
    inside: '#93E3B2',
    insideSoft: '#17341F',
    waiting: '#FFD48A',
    waitingSoft: '#3D2C0B',
    refused: '#FFBDB6',
    refusedSoft: '#4A1814',
    offline: '#BCD2E3',
    offlineSoft: '#233341',
    shadow: '0 2px 6px rgb(0 0 0 / 40%), 0 16px 40px rgb(0 0 0 / 50%)',
  },
}

/** Pairs that carry text: foreground, background. */
export const textPairs: readonly (readonly [keyof Palette, keyof Palette])[] = [
  ['ink', 'canvas'],
  ['ink', 'surface'],
  ['ink', 'sunken'],
  ['ink', 'raised'],
  ['inkSoft', 'canvas'],
  ['inkSoft', 'surface'],
  ['inkSoft', 'sunken'],
  ['inkSoft', 'raised'],
  ['brand', 'canvas'],
  ['brand', 'surface'],
  ['brand', 'raised'],
  ['onBrand', 'brand'],
  ['onBrand', 'brandPressed'],
  ['onBrandSoft', 'brandSoft'],
  ['onRail', 'rail'],
  ['onRailActive', 'railActive'],
  ['inside', 'insideSoft'],
  ['inside', 'surface'],
  ['waiting', 'waitingSoft'],
  ['waiting', 'surface'],
  ['refused', 'refusedSoft'],
  ['refused', 'surface'],
  ['offline', 'offlineSoft'],
  ['offline', 'surface'],
  ['offline', 'canvas'],
]

export const typeScale = { small: 14, body: 16, lead: 20, title: 28, display: 40 } as const
export const gridPx = 8
export const targetPx = 56
export const gapPx = 12
export const radiusPx = 12
export const motionMs = { quick: 120, calm: 180 } as const
export const iconStroke = 1.75

const fontStack = [
  'Noto Sans Variable',
  ...[
    'Devanagari',
    'Bengali',
    'Gujarati',
    'Gurmukhi',
    'Kannada',
    'Malayalam',
    'Oriya',
    'Tamil',
    'Telugu',
  ].map((script) => `Noto Sans ${script} Variable`),
]
  .map((family) => `'${family}'`)
  .concat('sans-serif')
  .join(', ')

/** Mantine wants ten shades; the kiosk paints with `--ck-*`, so these only colour what Mantine draws by itself. */
const neel: MantineColorsTuple = [
  '#EFEEFB',
  '#DCDAF5',
  '#BDBAFF',
  '#9C98F0',
  '#7C78DC',
  '#5F5BC4',
  '#4643AB',
  '#2C2A86',
  '#201E68',
  '#17154A',
]

export const theme = createTheme({
  primaryColor: 'neel',
  primaryShade: { light: 7, dark: 2 },
  colors: { neel },
  fontFamily: fontStack,
  fontFamilyMonospace: fontStack,
  headings: { fontFamily: fontStack, fontWeight: '650' },
  defaultRadius: `${radiusPx}px`,
  fontSizes: {
    xs: `${typeScale.small}px`,
    sm: `${typeScale.body}px`,
    md: `${typeScale.lead}px`,
    lg: `${typeScale.title}px`,
    xl: `${typeScale.display}px`,
  },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
})

const kebab = (name: string): string => name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)

const paletteVariables = (scheme: Scheme): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(palettes[scheme]).map(([name, value]) => [`--ck-${kebab(name)}`, value as string]),
  ),
  '--mantine-color-body': palettes[scheme].canvas,
  '--mantine-color-text': palettes[scheme].ink,
  '--mantine-color-placeholder': palettes[scheme].inkSoft,
  '--mantine-color-default-border': palettes[scheme].line,
})

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--ck-font': fontStack,
    ...Object.fromEntries(Object.entries(typeScale).map(([name, px]) => [`--ck-text-${name}`, `${px}px`])),
    '--ck-gap': `${gapPx}px`,
    '--ck-radius': `${radiusPx}px`,
    '--ck-quick': `${motionMs.quick}ms`,
    '--ck-calm': `${motionMs.calm}ms`,
  },
  light: paletteVariables('light'),
  dark: paletteVariables('dark'),
})
