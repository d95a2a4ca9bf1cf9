// The gate's words in English.

import { anyWord, type GateLexicon, wordList, wordSet } from './lexicon.ts'

export const englishGate: GateLexicon = {
  numbers: {
    ...{
      zero: 0,
      two: 2,
      three: 3,
      four: 4,
      five: 5,
      six: 6,
      seven: 7,
      eight: 8,
      nine: 9,
      ten: 10,
      eleven: 11,
    },
    ...{ twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18 },
    ...{
      nineteen: 19,
      twenty: 20,
      thirty: 30,
      forty: 40,
      fifty: 50,
      sixty: 60,
      seventy: 70,
      eighty: 80,
      ninety: 90,
    },
    ...{ hundred: 100, hundreds: 100, thousand: 1_000, million: 1e6, billion: 1e9, dozen: 12 },
  },
  units: anyWord(`
        pound*, euro*, dollar*, cent, cents, second, seconds, minute*, hour*, day, days, week*, month*
        year*`),
  claims: [
    {
      name: 'money',
      pattern: anyWord(`
        pound*, euro*, dollar*, cent, cents, price*, tariff*, free, gift*, refund*, reimburs*, discount*
        rebate*, voucher*, credit*, compensat*, goodwill, invoice*, bill, bills, pay, paid, pays, paying
        payment*, charge, charges, charged, fee, fees, cost, costs, money, bank*, iban, subscription*
        cheque*, cash`),
    },
    {
      name: 'date',
      pattern: new RegExp(
        `${
          anyWord(`
        tomorrow, today, tonight, monday, tuesday, wednesday, thursday, friday, saturday, sunday, january
        february, march, april, june, july, august, september, october, november, december, noon, midnight
        next week, next month, this week, this evening, this afternoon, within, deadline*, half an hour
        weekend, by the end`).source
        }|(?<!since )\\bthis morning\\b`,
      ),
    },
    { name: 'hours', pattern: anyWord('hour*') },
    { name: 'minutes', pattern: anyWord('minute*') },
    { name: 'seconds', pattern: anyWord('seconds') },
    { name: 'days', pattern: anyWord('day, days, week*, month*, year*') },
    {
      name: 'callBack',
      pattern: anyWord('call you back, call back, called back, call you, ring you, phone you, contact you'),
    },
    {
      name: 'technician',
      pattern: anyWord('technician*, engineer*, team, colleague*, expert*, intervention*, repair*'),
      approvedBy: anyWord('technician*, engineer*, repair*, call you back, call back, called back'),
    },
    {
      name: 'visit',
      pattern: anyWord('appointment*, visit*, come to you, come to your, your home address, at your door'),
    },
    {
      name: 'sending',
      pattern: anyWord('send, sending, sent, deliver*, ship*, parcel*, mail, receive, post'),
    },
    {
      name: 'promise',
      pattern: anyWord('guarantee*, promise*, i swear, assure you, commit*, certif*, warrant*'),
    },
    {
      name: 'adviser',
      pattern: anyWord(`
        adviser*, advisor*, supervisor*, manager*, director*, transfer*, put you through, connect you
        human*, agent*`),
    },
    { name: 'replacement', pattern: anyWord('replac*, exchang*, new box, spare box') },
    {
      name: 'contract',
      pattern: anyWord(`
        cancel*, terminat*, suspend*, lawyer*, complaint*, court, legal, file, account*, upgrade*, plan
        offer, offers`),
    },
    {
      name: 'outage',
      pattern: anyWord(`
        outage*, incident*, maintenance, area, breakdown*, disruption*, operator*, antenna*, faulty
        defective, hacked, stolen`),
    },
    {
      name: 'solved',
      pattern: anyWord(`
        solved, fixed, repaired, restored, resolved, sorted, works again, working again, is back, confirmed
        approved, validated, registered`),
      inStatements: true,
    },
    {
      name: 'secret',
      pattern: anyWord(`
        password*, pin, code, codes, card number, credit card, bank card, debit card, identifier*
        social security, date of birth, address*, email, e mail, passport, login, security`),
    },
    {
      name: 'identity',
      pattern: anyWord(`
        my name is, i am called, not a robot, not a machine, not an assistant, am a person, am a real
        am a man, am a woman, am the, am your, call me`),
    },
    {
      name: 'machine',
      pattern: anyWord(`
        instruction*, prompt*, language model, model, artificial intelligence, chatgpt, openai, json
        system*, tool, tools, function*, python, developer*, program*, jailbreak, script*, token*, ignore*`),
    },
    {
      name: 'web',
      pattern: anyWord(`
        site, website*, link, links, www, http, https, dot com, dot net, download*, app, apps, install*
        software, click, google, competitor*, text message`),
    },
    {
      name: 'insult',
      pattern: anyWord(`
        idiot*, stupid, moron*, dumb, shit, damn, fool*, liar*, shut, ridiculous, loser*, hell, crap`),
    },
  ],
  functionWords: wordSet(`
    the a an of to and or is are am was were be been being it its this that these those you your yours we
    our us i me my he she they them their his her in on at by for from with without as if so not no yes do
    does did done have has had can could may might will would shall should must what which who whom whose
    when where why how there here then than too very just also only all any some each both but because into
    out up down off over again about m s t re ll ve d`),
  talk: wordList(`
    hello good morning evening afternoon thank thanks please welcome sorry pardon excuse apologise apologies
    afraid regret madam sir mrs mister miss great perfect fine okay right sure certainly course absolutely
    exactly indeed really truly understand understood see hear heard listen catch caught follow get got know
    tell say said repeat speak speaking talk explain describe give help look looking check checking try
    trying start begin continue carry going move moving let lets take taking keep stay wait waiting hold
    moment instant time slowly slow quickly together now first next then later ready finished complete whole
    number name names family surname contract telephone phone mobile landline box router modem internet
    connection wifi wi fi network signal data calls call sim card device computer tablet television decoder
    cable cables wire power plug unplug socket mains wall light lights screen settings button key keys press
    enter open close turn switch choose take put push pull connect reconnect restart steady front back
    behind side sides top under small big long closer near move home house trouble problem problems issue
    issues matter question answer word words situation annoying annoyed frustrating upset bad inconvenient
    inconvenience must sound sounds like line quality work works working fixed wrong nothing anything
    something everything completely enough happy glad pleasure able yesterday night possible easy simple
    another other different new best one well dear oh ah since morning down still line person prefer
    assistant automatic service customer reach whether available want need would once while bit little lost`),
}
