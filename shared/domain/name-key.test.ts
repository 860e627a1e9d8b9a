import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nameKey, nameMatches, nameQuery, wordCloseness } from './name-key.ts'

const finds = (typed: string, name: string) => nameMatches(nameKey(name), nameQuery(typed))

/** One name in each script, with what a guard types. */
const names: readonly (readonly [script: string, name: string, typed: readonly string[]])[] = [
  ['Hindi', 'रमेश कुमार', ['ram', 'ramesh', 'kumar', 'ramesh k', 'kum ram']],
  ['Hindi', 'दीपक शर्मा', ['deepak', 'dipak', 'sharma', 'sarma']],
  ['Hindi', 'राजकुमार', ['rajkumar', 'raj', 'raaj']],
  ['Hindi', 'लक्ष्मी', ['lakshmi', 'laxmi', 'laxm']],
  ['Hindi', 'कृष्ण गुप्ता', ['krishna', 'gupta']],
  ['Hindi', 'सलमान ख़ान', ['salman', 'khan']],
  ['Hindi', 'ज्ञानेश्वर', ['gyaneshwar', 'gyan']],
  ['Hindi', 'संजय सिंह', ['sanjay', 'singh']],
  ['Hindi', 'ज़ाकिर', ['zakir', 'jakir']],
  ['Hindi', 'पूजा', ['pooja', 'puja']],
  ['Bengali', 'কৃষ্ণেন্দু', ['krishnendu', 'krish']],
  ['Bengali', 'সৌরভ', ['saurav', 'sourav']],
  ['Bengali', 'বিকাশ', ['bikash', 'vikas']],
  ['Punjabi', 'ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ', ['gurpreet', 'singh', 'gurprit']],
  ['Punjabi', 'ਹਰਪ੍ਰੀਤ ਕੌਰ', ['harpreet', 'kaur']],
  ['Gujarati', 'ભાવેશ પટેલ', ['bhavesh', 'patel']],
  ['Gujarati', 'જિગ્નેશ', ['jignesh']],
  ['Odia', 'ସୁରେଶ ମହାନ୍ତି', ['suresh', 'mahanti']],
  ['Odia', 'ବିଶ୍ୱନାଥ', ['biswanath', 'vishwanath']],
  ['Tamil', 'சுரேஷ்', ['suresh']],
  ['Tamil', 'கணேஷ்', ['ganesh', 'kanesh', 'gan']],
  ['Tamil', 'தினேஷ்', ['dinesh']],
  ['Tamil', 'ராஜேந்திரன்', ['rajendran', 'raj']],
  ['Tamil', 'பிரியா', ['priya']],
  ['Tamil', 'கிருஷ்ணன்', ['krishnan']],
  ['Telugu', 'వెంకటేశ్వరరావు', ['venkateswara', 'venkat', 'venkatesh']],
  ['Telugu', 'శ్రీనివాస్', ['srinivas', 'shrinivas']],
  ['Kannada', 'ಮಂಜುನಾಥ ಗೌಡ', ['manjunath', 'gowda', 'gouda']],
  ['Kannada', 'ಸಿದ್ದರಾಮಯ್ಯ', ['siddaramaiah', 'sidda']],
  ['Malayalam', 'ഉണ്ണികൃഷ്ണൻ', ['unnikrishnan', 'unni']],
  ['Malayalam', 'സുരേഷ് നായർ', ['suresh', 'nair', 'nayar']],
  ['Latin', 'Zoë D’Souza', ['zoe', 'dsouza', "d'souza"]],
  ['Latin', 'DEEPAK WAGH', ['dipak', 'deep', 'vagh', 'wagh']],
]

describe('a name is found by the beginning of its words, however they are written', () => {
  test.each(names.flatMap(([script, name, typed]) => typed.map((term) => [script, name, term] as const)))(
    '%s: %s by %s',
    (_script, name, term) => {
      expect(finds(term, name)).toBe(true)
    },
  )

  test.each([
    ['रमेश', 'Ramesh Iyer'],
    ['सुरेश', 'Suresh'],
    ['दीपक', 'Deepak'],
    ['ਗੁਰਪ੍ਰੀਤ', 'Gurpreet'],
    ['கணேஷ்', 'Ganesh'],
    ['శ్రీనివాస్', 'Srinivas'],
    ['రమేష్', 'रमेश'],
  ])('typed in its script, %s finds %s', (term, name) => {
    expect(finds(term, name)).toBe(true)
  })

  test.each([
    ['ravi', 'रमेश कुमार'],
    ['esh', 'Ramesh'],
    ['pawan', 'Bhavana'],
    ['gita', 'Kita'],
    ['ramesh iyer', 'Ramesh Kumar'],
    ['meena', 'கணேஷ்'],
    ['raman', 'Rahman'],
    ['ravi', 'Rupa'],
    ['anita', 'Amit'],
  ])('%s does not find %s', (term, name) => {
    expect(finds(term, name)).toBe(false)
  })

  test.each([
    ['muhammad', 'Mohammed Rafi'],
    ['mohd', 'Mohd Rafi'],
    ['agrawal', 'Neha Agarwal'],
    ['sanjai', 'Sanjay'],
    ['chaudhary', 'Chowdhury'],
    ['hussein', 'Husain'],
    ['rehman', 'Rahman'],
    ['muhammad', 'मोहम्मद'],
  ])('FAULT-3: %s finds its variant %s', (term, name) => {
    expect(finds(term, name)).toBe(true)
  })

  test.each([
    ['muhammad', 'Muhammad', 3],
    ['mohd', 'Mohammad', 3],
    ['muhammad', 'Mohammed', 2],
    ['yusuf', 'Yousef', 2],
    ['dnyaneshwar', 'ज्ञानेश्वर', 3],
    ['barar', 'ਬਰਾੜ', 3],
    ['bishwanath', 'ବିଶ୍ୱନାଥ', 3],
    ['ganesh', 'கணேஷ்', 1],
    ['ravi', 'Rupa', 0],
  ])('FAULT-3: %s is as near to %s as %i', (term, name, closeness) => {
    const [word] = nameQuery(term)
    expect(word && wordCloseness(nameKey(name), word)).toBe(closeness)
  })

  test('an empty term finds everybody', () => {
    expect(finds('  ', 'Ramesh')).toBe(true)
  })

  test('property: every name finds itself, whole and by its first word, in any script or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
        expect(finds(name, name)).toBe(true)
        expect(finds(name.split(' ')[0] ?? '', name)).toBe(true)
      }),
    )
  })
})
