/** Common names in the scripts that people at an Indian gate write theirs in; combined at random, so they are nobody's. */
import type { Random } from './random.ts'

interface NameStock {
  readonly given: readonly [string, ...string[]]
  readonly family: readonly [string, ...string[]]
}

const words = (text: string): readonly [string, ...string[]] => {
  const [first = '', ...rest] = text.trim().split(/\s+/)
  return [first, ...rest]
}

const stocks = {
  latin: {
    given:
      words(`Aarav Aditi Ananya Arjun Asha Deepak Divya Farhan Fatima Gaurav George Harpreet Imran Isha Jaya
      Joseph Kabir Kavita Kiran Lakshmi Manish Maria Meera Mohan Naveen Neha Nikhil Pooja Pradeep Priya Rahul Rajesh
      Rekha Rohan Sameer Sangeeta Sanjay Shalini Shreya Simran Sunil Sunita Suresh Tara Usha Varun Vikram Vivek Yash Zoya`),
    family:
      words(`Agarwal Banerjee Bhat Chauhan Chopra Das Desai Dsouza Fernandes Gupta Iyer Jain Joshi Kapoor Khan
      Kulkarni Kumar Mathew Mehta Menon Mishra Mukherjee Nair Naidu Patel Patil Pillai Rao Reddy Saxena Shah Sharma
      Shetty Singh Sinha Thomas Verma Yadav`),
  },
  devanagari: {
    given: words(
      'राम सीता अनिल सुनीता मोहन गीता राजेश कविता विजय पूजा सुरेश ममता दिनेश आरती मुकेश रेखा संतोष लता किशोर श्रद्धा',
    ),
    family: words('शर्मा वर्मा यादव गुप्ता मिश्रा तिवारी पाटिल जोशी कुलकर्णी सिंह चौहान देशमुख पांडे चौधरी'),
  },
  tamil: {
    given: words('முருகன் லட்சுமி கார்த்திக் மீனாட்சி செல்வம் கவிதா சுந்தரம் பிரியா குமரன் தமிழ்ச்செல்வி'),
    family: words('ராஜன் சுப்பிரமணியன் கிருஷ்ணன் நாராயணன் பழனி வேலு'),
  },
  telugu: {
    given: words('వెంకటేష్ లక్ష్మి శ్రీనివాస్ పద్మ రమేష్ అనిత సతీష్ సరోజ ప్రసాద్ భారతి'),
    family: words('రెడ్డి నాయుడు రావు చౌదరి శాస్త్రి గౌడ్'),
  },
  bengali: {
    given: words('অনির্বাণ সুচিত্রা দেবাশিস মৌসুমী সৌরভ রীতা প্রদীপ শর্মিলা তপন মিতালী'),
    family: words('বন্দ্যোপাধ্যায় মুখার্জি দাস ঘোষ সেন চক্রবর্তী'),
  },
  gujarati: {
    given: words('રમેશ હંસા જયેશ કોકિલા ભાવેશ નીતા હિતેશ મીના'),
    family: words('પટેલ શાહ મહેતા દેસાઈ ત્રિવેદી'),
  },
  kannada: {
    given: words('ಮಂಜುನಾಥ ಶಾಂತಾ ಬಸವರಾಜ ಸುಮಾ ನಾಗರಾಜ ಗೌರಿ ಪ್ರಕಾಶ ಕಾವ್ಯ'),
    family: words('ಗೌಡ ಹೆಗಡೆ ಶೆಟ್ಟಿ ಕುಲಕರ್ಣಿ ಭಟ್'),
  },
  malayalam: {
    given: words('ബിജു ശോഭ രാജീവ് സിന്ധു ഗോപാലൻ മായ'),
    family: words('നായർ മേനോൻ പിള്ള വർഗീസ്'),
  },
  gurmukhi: {
    given: words('ਗੁਰਪ੍ਰੀਤ ਹਰਜੀਤ ਮਨਜੀਤ ਜਸਵਿੰਦਰ ਬਲਬੀਰ ਸਿਮਰਨ'),
    family: words('ਸਿੰਘ ਕੌਰ ਗਿੱਲ ਸੰਧੂ'),
  },
  odia: {
    given: words('ଜଗନ୍ନାଥ ସୁଭଦ୍ରା ପ୍ରଶାନ୍ତ ମମତା'),
    family: words('ମହାପାତ୍ର ପଣ୍ଡା ସାହୁ'),
  },
  urdu: {
    given: words('محمد عائشہ عمران فاطمہ سلیم نسرین ارشد زینب'),
    family: words('خان انصاری شیخ قریشی صدیقی'),
  },
} as const satisfies Record<string, NameStock>

export type NameScript = keyof typeof stocks

/** Most write Latin letters at a gate; the rest as often as their script is met in a large city. */
const scriptWeights: Readonly<Record<NameScript, number>> = {
  latin: 60,
  devanagari: 14,
  tamil: 5,
  telugu: 5,
  bengali: 4,
  gujarati: 3,
  kannada: 3,
  malayalam: 2,
  gurmukhi: 1.5,
  odia: 1,
  urdu: 1.5,
}

export const nameScripts = Object.keys(stocks) as NameScript[]

export function personName(random: Random, script: NameScript = random.weighted(scriptWeights)): string {
  const stock: NameStock = stocks[script]
  return `${random.pick(stock.given)} ${random.pick(stock.family)}`
}
