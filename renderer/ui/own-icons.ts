/** Signs that the icon set lacks, on its own grid and with its own stroke. */
import { createReactComponent } from '@tabler/icons-react'

export const IconAutoRickshaw = createReactComponent('outline', 'auto-rickshaw', 'AutoRickshaw', [
  ['path', { d: 'M5 18h-2v-9a4 4 0 0 1 4 -4h6l4 6h1a3 3 0 0 1 3 3v4h-2', key: 'body' }],
  ['path', { d: 'M9 18h6', key: 'floor' }],
  ['path', { d: 'M3 11h14', key: 'rail' }],
  ['path', { d: 'M12 5v6', key: 'pillar' }],
  ['path', { d: 'M5 18a2 2 0 1 0 4 0a2 2 0 1 0 -4 0', key: 'back' }],
  ['path', { d: 'M15 18a2 2 0 1 0 4 0a2 2 0 1 0 -4 0', key: 'front' }],
])

export const IconBoomBarrier = createReactComponent('outline', 'boom-barrier', 'BoomBarrier', [
  ['path', { d: 'M4 21v-9a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v9', key: 'post' }],
  ['path', { d: 'M2 21h10', key: 'ground' }],
  ['path', { d: 'M7 11l14 -6v3l-9.5 4', key: 'boom' }],
  ['path', { d: 'M13 8.5l1 2.5', key: 'stripe' }],
  ['path', { d: 'M17 6.8l1 2.5', key: 'stripe-two' }],
])
