import { expect, test } from './harness/field.ts'

const names = {
  Devanagari: 'प्रियांका कुलकर्णी',
  Bengali: 'সৌমিত্র চট্টোপাধ্যায়',
  Gurmukhi: 'ਹਰਪ੍ਰੀਤ ਸਿੰਘ',
  Gujarati: 'જીજ્ઞેશ પટેલ',
  Odia: 'ଜଗନ୍ନାଥ ମହାପାତ୍ର',
  Tamil: 'மீனாட்சி சுந்தரம்',
  Telugu: 'వెంకటేశ్వరరావు',
  Kannada: 'ಶ್ರೀನಿವಾಸ ಮೂರ್ತಿ',
  Malayalam: 'ഉണ്ണികൃഷ്ണൻ നായർ',
  Urdu: 'محمد اقبال',
  emoji: 'Guddu 👨‍👩‍👧‍👦🧿',
  script: '<script>document.title="broken"</script>',
  markup: '"><img src=x onerror="document.title=\'broken\'">',
  template: '{{name}} $t(key) %s ${1}',
  query: "'; db.dropDatabase(); // $where",
  prototype: '__proto__',
} as const

test('P1 P7: every name that a guard can type is saved, shown and stored as typed', async ({ field }) => {
  const { kiosk, network } = await field.openDesk()
  const title = await kiosk.page.title()
  network.down()
  const phoneOf = (index: number): string => `96000000${String(index).padStart(2, '0')}`
  for (const [index, name] of Object.values(names).entries()) {
    await kiosk.letIn({ name, phone: phoneOf(index), flat: 'C-302' })
  }
  await kiosk.showInside()
  for (const name of Object.values(names)) await expect(kiosk.insideRow(name)).toHaveCount(1)
  network.up()
  await kiosk.waitForSynced()

  expect(await kiosk.page.title()).toBe(title)
  expect(kiosk.pageErrors).toEqual([])
  expect((await kiosk.syncState()).quarantined).toBe(0)
  for (const [index, name] of Object.values(names).entries()) {
    const visitors = await field.database.visitorsByPhone(phoneOf(index))
    expect(visitors.map((visitor) => visitor.name)).toEqual([name.normalize('NFC')])
  }
})

/** What a keyboard, a paste or a scanner may put in, and the name that is stored; null: the screen refuses it. */
const oddInputs = [
  { name: 'Bell\u0007 and\u0000 null', phone: '9600000101', stored: 'Bell and null' },
  { name: 'Two\nlines\tand tabs', phone: '9600000102', stored: 'Two lines and tabs' },
  { name: 'A'.repeat(500), phone: '9600000103', stored: 'A'.repeat(120) },
  { name: '     ', phone: '9600000104', stored: null },
  { name: 'Letters for a phone', phone: 'abcdefgh', stored: null },
  { name: 'Phone without end', phone: '9'.repeat(40), stored: null },
  { name: 'Phone as people write it', phone: '+91 96000-00105', stored: 'Phone as people write it' },
] as const

test('P1 P4: what no server would take is corrected or refused on the screen, never saved to be lost later', async ({
  field,
}) => {
  const { kiosk, network } = await field.openDesk()
  network.down()
  for (const { name, phone, stored } of oddInputs) {
    expect(await kiosk.tryLetIn({ name, phone, flat: 'C-303' }), name).toBe(stored !== null)
  }
  network.up()
  await kiosk.waitForSynced()
  expect(kiosk.pageErrors).toEqual([])
  expect((await kiosk.syncState()).quarantined).toBe(0)
  const names = await field.database.visitorNamesOfDevices(await field.database.deviceIdsOf(kiosk.name))
  expect(names).toEqual(oddInputs.flatMap(({ stored }) => stored ?? []))
})
