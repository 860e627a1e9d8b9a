import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  MantineProvider,
  mergeMantineTheme,
} from '@mantine/core'
import type { ReactNode } from 'react'
import { cssVariables, theme } from './theme.ts'
import type { Scheme } from './theme.ts'

/**
 * The policy of the page is `style-src 'self'`, so the variables go into a constructed style sheet: Mantine would
 * write `<style>` elements, which the policy refuses.
 */
export function installThemeVariables(target: Document): void {
  const full = mergeMantineTheme(DEFAULT_THEME, theme)
  const own = cssVariables(full)
  const theirs = defaultCssVariablesResolver(full)
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(
    convertCssVariables(
      {
        variables: { ...theirs.variables, ...own.variables },
        light: { ...theirs.light, ...own.light },
        dark: { ...theirs.dark, ...own.dark },
      },
      ':root',
    ),
  )
  target.adoptedStyleSheets = [...target.adoptedStyleSheets, sheet]
}

export function ThemeProvider({
  scheme,
  children,
}: {
  readonly scheme: Scheme
  readonly children: ReactNode
}) {
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      {children}
    </MantineProvider>
  )
}
