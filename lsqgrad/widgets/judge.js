// The judge of typed numbers, as number_answers.py and typed_numbers.py in lsqgrad/judging have it,
// where the reasons stand. A change of one is a change of both: tests hold them together.

const EXPECTED = "answer: expected a number such as -0.1453, 1e-3 or 2/3*0.5";
const BEYOND = "That is beyond what a float can hold.";
const BY_ZERO = "No number can be divided by 0.";
const RIGHT = { kind: "right", sentence: "That is right." };
const KINDS = ["right", "rounded", "near", "mistake", "wrong"]; // what comes first fits better
const MISTAKE_DIGITS = 3;
const RIGHT_DIGITS = 4;
const SHOWN_DIGITS = 6;
const HALF_A_SHOWN_UNIT = 5e-6; // as a part of the number
const UNITS_OFF = 2.5; // 2, and what rounds to that
const TOO_MANY_POWERS = 400; // of ten
const MOST_BITS = 4096; // of a numerator or a denominator
const OF_NO_STEP = ["number", "count", "percent"];

// Each sign of a keyboard, and those of typeset text, of phones and of input methods for it
const KEYBOARD = ["-−–", "*×·⋅∗", "/÷∕⁄", "'‘’‚‹›", ".。", " \xa0\u2009\u202f"];
const EDGES = /^(?:[^\S\ufeff]|[\x1c-\x1f\x85])+|(?:[^\S\ufeff]|[\x1c-\x1f\x85])+$/g;
const BY_SPACES = /(?<![\d.,])[1-9]\d{0,2}([ '_])\d{3}(?:\1\d{3})*(?!\d)/g;
const BY_POINTS = /(?<![\d.,])[1-9]\d{0,2}(?:(?:\.\d{3})+(?=,)|(?:\.\d{3}){2,}(?![\d.]))/g;
const BY_COMMAS = /(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])/g;
const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;
const ARITHMETIC = /^(?!(?:.*[(*/+-])? *[+-] *[+-])[\d.e+*/() -]{1,200}$/i;
const TOKENS = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|\*\*|\S/gi;

/** Why a text is no number: its message is a hint, or empty. */
class NoNumber extends Error {}

function refuse(hint = "") {
  throw new NoNumber(hint);
}

/** Judge what was typed, by a key and by what is said of the mistakes in it. */
function judge(key, said, text) {
  const { readings, hint } = read(text, key.quantity === "percent");
  if (!readings.length) {
    const sentence = `${EXPECTED}, got ${quoted(text)}. ${hint}`.trimEnd();
    return { kind: "unreadable", sentence };
  }
  const verdicts = readings.map((typed) => {
    const verdict = compare(key, said, typed);
    const rank = KINDS.indexOf(verdict.kind);
    return { ...typed, ...verdict, rank, off: Math.abs(typed.value - key.truth) };
  });
  verdicts.sort((one, other) => one.rank - other.rank || one.off - other.off);
  const [{ kind, sentence, regrouped, value }, second = verdicts[0]] = verdicts;
  const isNoted = regrouped || second.sentence !== sentence;
  if (!isNoted || !["mistake", "wrong"].includes(kind)) return { kind, sentence };
  return { kind, sentence: `${sentence} It was read as ${shown(value)}.` };
}

/** Judge one of the numbers that may be meant. */
function compare(key, said, typed) {
  const { truth, truths, from_shown: fromShown } = key;
  const { value, digits, low, high } = typed;
  const old = key.mistakes["nothing happens"] ?? 0;
  const typical = Object.entries(key.mistakes);
  const rare = Object.entries(key.rare).flatMap(([name, ways]) => ways.map((way) => [name, way]));
  const agreeing = agreeingDigits(value, truth);
  const isAll = value === Number(key.exactly[0]) || isWithin(value, truths);
  const isOther = key.quantity === "count" && value !== truth; // a count is exact
  const possible = isOther ? [] : [typed, ...withFewerDigits(typed)];
  const admitting = possible.filter((one) => admits(one, truths));
  const fewer = admitting.find((one) => one.digits);

  const exactly = `More exactly it is ${key.exactly[Number(digits >= SHOWN_DIGITS)]}.`;
  const off = { kind: "wrong", sentence: wrong(key.quantity, value, truth, old) };
  const mistake = (name) => ({ kind: "mistake", sentence: said[name] });
  const rounded = (right) => {
    return { kind: "rounded", sentence: `That is right to ${count(right)}. ${exactly}` };
  };
  const near = () => {
    const isLast = Math.abs(value - truth) <= UNITS_OFF * (high - low);
    const why = isLast ? "its last digit is off" : "something was rounded on the way";
    return { kind: "near", sentence: `That agrees to ${count(agreeing)}: ${why}. ${exactly}` };
  };
  const met = (numbers) => {
    const found = numbers.filter(([, number]) => {
      const slack = HALF_A_SHOWN_UNIT * Math.abs(number);
      const ends = [number - slack, number + slack];
      return admits(typed, ends) && (digits >= MISTAKE_DIGITS || isWithin(value, ends));
    });
    return nearest(found, (number) => Math.max(low - number, number - high, 0));
  };

  if (admitting.some((one) => isAll || one.digits >= RIGHT_DIGITS)) return RIGHT;
  const same = typical.find(([, number]) => number === value);
  if (OF_NO_STEP.includes(key.quantity) && same) return mistake(same[0]);
  if (isOther) return off;
  if (digits && fewer === typed) return rounded(digits);
  if (agreeing > 0 && admits(typed, fromShown)) {
    return digits > SHOWN_DIGITS && agreeing >= RIGHT_DIGITS ? RIGHT : near();
  }
  let name = met(typical);
  if (name) return mistake(name);
  if (fewer) return rounded(fewer.digits);
  if (agreeing >= RIGHT_DIGITS) return near();
  name = digits > SHOWN_DIGITS && met(rare);
  if (name) return mistake(name);
  if (digits >= RIGHT_DIGITS) {
    const change = digits > SHOWN_DIGITS ? Math.abs(value - old) : Infinity;
    const most = unitsOff(Math.min(Math.abs(value), change));
    const distance = (number) => Math.abs(value - number);
    const others = typical.filter(
      ([name, number]) => name !== "nothing happens" && !isWithin(number, fromShown),
    );
    const within = [["", truth], ...others].filter(([, number]) => distance(number) <= most);
    name = nearest(within, distance);
    if (name !== undefined) return name ? mistake(name) : near();
  }
  return off;
}

/** Say on which side of the truth an answer is, and whether it goes the way of the update. */
function wrong(quantity, value, truth, old) {
  const little = Math.abs(value - truth) <= 0.01 * Math.abs(truth) ? "a little " : "";
  const words = `That is ${little}too ${value > truth ? "large" : "small"}.`;
  if (quantity === "loss") {
    return value < 0 ? `${words} A mean of squares is never below 0.` : words;
  }
  if (OF_NO_STEP.includes(quantity)) return words;
  if (truth === old) return `${words} This update leaves ${quantity} as it is.`;
  const way = value > old === truth > old ? "right" : "wrong";
  return `${words} The direction is ${way}: ${quantity} ${truth > old ? "rises" : "falls"}.`;
}

const count = (digits) => (digits === 1 ? "one digit" : `${digits} digits`);
const isWithin = (number, [low, high]) => low <= number && number <= high;
const admits = (typed, [low, high]) => low <= typed.high && typed.low <= high;
const firstPlace = (number) => Number(number.toExponential(60).split("e")[1]);
const unit = (place) => Number(`1e${place}`);
const unitsOff = (size) => (size ? UNITS_OFF * unit(firstPlace(size) + 1 - RIGHT_DIGITS) : 0);

/** The name at the smallest distance, the first of several. */
function nearest(numbers, distance) {
  return numbers.sort(([, one], [, other]) => distance(one) - distance(other))[0]?.[0];
}

/** Count the digits of the truth that a value is off by half a unit at most, or rounds to. */
function agreeingDigits(value, truth) {
  const off = Math.abs(value - truth);
  if (!(off > 0 && off < Math.abs(truth) / 2)) return 0;
  const last = firstPlace(2 * off);
  const agreeing = firstPlace(truth) - last + (2 * off === unit(last) ? 1 : 0);
  const [one, other] = [value, truth].map((number) => exponential(number, agreeing + 1));
  return one === other ? agreeing + 1 : agreeing;
}

/** Write a number in so many digits, and halves to the even digit, as Python does. */
function exponential(number, digits) {
  const [exact, power] = number.toExponential(99).split("e");
  const kept = exact.slice(0, digits - 100).replace(/\.$/, "");
  const isHalf = /^\.?50*$/.test(exact.slice(kept.length));
  return isHalf && /[02468]$/.test(kept) ? `${kept}e${power}` : number.toExponential(digits - 1);
}

/** Write a number as Python's format .6g does. */
function shown(number) {
  const [digits, power] = exponential(number, SHOWN_DIGITS).split("e");
  const short = (text) => text.replace(/\.?0+$/, "");
  if (power < -4 || power >= SHOWN_DIGITS) {
    return `${short(digits)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  }
  return String(Number(`${digits}e${power}`));
}

/** Find all that may be meant by a text, first what has a comma as its decimal point. */
function read(text, isPercent) {
  const typed = inKeys(text.replace(EDGES, "")).replace(isPercent ? / *%$/ : "", "");
  const ungrouped = typed
    .replace(BY_SPACES, (found) => found.replace(/[ '_]/g, ""))
    .replace(BY_POINTS, (found) => found.replaceAll(".", ""));
  const withoutCommas = ungrouped.replace(BY_COMMAS, (found) => found.replaceAll(",", ""));
  const readings = [];
  let hint = "";
  for (const way of new Set([ungrouped.replaceAll(",", "."), withoutCommas])) {
    try {
      const regrouped = way !== typed.replaceAll(",", ".");
      readings.push({ ...decimal(DECIMAL.test(way) ? way : calculated(way)), regrouped });
    } catch (error) {
      if (!(error instanceof NoNumber)) throw error;
      hint ||= error.message;
    }
  }
  return { readings, hint };
}

/** Put the signs and digits of a keyboard for others. */
function inKeys(text) {
  return text.replace(/[^ -~]/gu, (sign) => {
    const key = KEYBOARD.find((signs) => signs.includes(sign));
    const code = sign.codePointAt(0);
    if (key) return key[0];
    if (code > 0xff00 && code < 0xff5f) return String.fromCharCode(code - 0xfee0); // of full width
    let digit = 0; // in Unicode each ten of them stand in a row
    while (/\p{Nd}/u.test(String.fromCodePoint(code - digit))) digit += 1;
    return digit ? String((digit - 1) % 10) : sign;
  });
}

/** Read a number in decimals: its value, the ends of what rounds to it, and its digits. */
function decimal(text) {
  const [, sign, whole, part, power = "0"] = text.match(DECIMAL) ?? refuse(BEYOND); // Infinity
  const value = Number(text);
  const mantissa = BigInt(`${whole}${part}`) * (sign === "-" ? -1n : 1n);
  const last = Number(power) - part.length; // the place of the last digit
  const digits = String(size(mantissa)).length;
  const isFar = Math.max(Math.abs(power), 1 - last - digits) >= TOO_MANY_POWERS;
  if (isFar || !Number.isFinite(value)) refuse(BEYOND);
  const [low, high] = [-5n, 5n].map((half) => Number(`${10n * mantissa + half}e${last - 1}`));
  return { text, value, mantissa, last, low, high, digits: mantissa ? digits : 0 };
}

/** Read 2300 also as 230e1 and as 23e2, in case its zeros only hold the place. */
function withFewerDigits({ text, value }) {
  const zeros = value && /^[+-]?\d+$/.test(text) ? text.match(/0*$/)[0].length : 0;
  return Array.from({ length: zeros }, (_, k) => decimal(`${text.slice(0, -k - 1)}e${k + 1}`));
}

/** Compute arithmetic exactly, and write the result in more digits than a float can tell. */
function calculated(text) {
  if (!ARITHMETIC.test(text)) refuse();
  const [above, below] = parsed(text.match(TOKENS))(); // first it is read, to the end
  const scale = 10n ** 1100n; // all digits are there that decide how a float is rounded
  const [whole, rest] = [(above * scale) / below, (above * scale) % below];
  const value = Number(`${whole}.${rest ? 1 : 0}e-1100`);
  if (!Number.isFinite(value) || (above && !value)) refuse(BEYOND);
  return value.toExponential(40);
}

/** Read tokens as arithmetic, and return a function that computes it. */
function parsed(tokens) {
  const is = (...signs) => signs.includes(tokens[0]);
  const computed = (sign, left, right) => () => OPERATIONS[sign](left(), right());
  const chain = (part, ...signs) => {
    let left = part();
    while (is(...signs)) left = computed(tokens.shift(), left, part());
    return left;
  };
  const sum = () => chain(product, "+", "-");
  const product = () => chain(signed, "*", "/");
  const signed = () =>
    is("+", "-") ? computed(tokens.shift(), () => [0n, 1n], signed()) : power();
  const power = () => {
    const base = single();
    return is("**") ? computed(tokens.shift(), base, signed()) : base;
  };
  const single = () => {
    const token = tokens.shift() ?? "";
    if (token === "(") {
      const inner = sum();
      return tokens.shift() === ")" ? inner : refuse();
    }
    if (/^0+[1-9]\d*$/.test(token) || !/\d/.test(token)) refuse();
    return () => constant(token);
  };
  const result = sum();
  return tokens.length ? refuse() : result;
}

/** Return an integer, or a float in its own digits. */
function constant(token) {
  const { mantissa, last } = decimal(/^\d+$/.test(token) ? token : String(Number(token)));
  return reduced(mantissa * power10(last), power10(-last));
}

const OPERATIONS = {
  "+": ([a, b], [c, d]) => reduced(a * d + c * b, b * d),
  "-": ([a, b], [c, d]) => reduced(a * d - c * b, b * d),
  "*": ([a, b], [c, d]) => reduced(a * c, b * d),
  "/": ([a, b], [c, d]) => reduced(a * d, b * c),
  "**": ([a, b], [c, d]) => {
    if (d !== 1n) refuse();
    if (size(c) * BigInt(bits(a, b)) > MOST_BITS) refuse(BEYOND);
    return c < 0n ? reduced(b ** -c, a ** -c) : reduced(a ** c, b ** c);
  },
};
const size = (number) => (number < 0n ? -number : number);
const power10 = (place) => (place > 0 ? 10n ** BigInt(place) : 1n);
const bits = (a, b) => Math.max(size(a).toString(2).length, size(b).toString(2).length);

/** Reduce a fraction, which may not be too large. */
function reduced(above, below) {
  if (!below) refuse(BY_ZERO);
  let [common, other] = [above, below];
  while (other) [common, other] = [other, common % other];
  if (common < 0n !== below < 0n) common = -common;
  const [a, b] = [above / common, below / common];
  return bits(a, b) > MOST_BITS ? refuse(BEYOND) : [a, b];
}

/** Quote a text as Python does. */
function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'"]|(?! )[\p{C}\p{Z}]/gu, (sign) => {
    if ("\\'\"".includes(sign)) return sign === "\\" || sign === quote ? `\\${sign}` : sign;
    const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[sign];
    const code = sign.codePointAt(0).toString(16);
    const width = [2, 4, 8].find((most) => code.length <= most);
    return short ?? `\\${{ 2: "x", 4: "u", 8: "U" }[width]}${code.padStart(width, "0")}`;
  });
  return quote + escaped + quote;
}
