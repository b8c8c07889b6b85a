import { type PassageKind } from "./passage.js";

/** A word or a turn of phrase that texts avoid. */
export interface StyleRule {
  name: string;
  /** Global, with `i` where capitals do not matter. */
  pattern: RegExp;
  /** What to write. */
  instead: string;
  reason: string;
  /** Where it holds; default: everywhere but in the changelog. */
  kinds?: readonly PassageKind[];
}

const readers = ["page", "output"] as const;

/**
 * The rules of style, as data: the project's list of words, and old or rare English that a reader whose first language is
 * another stumbles over. Each is here because it was in our texts. A test plants a sentence for each.
 */
export const styleRules: readonly StyleRule[] = [
  {
    name: "recipe",
    pattern: /\brecipes?\b/gi,
    instead: '"config" or "plan"; for the generator "handcrafted"',
    reason: "the project's list of words: one word for one thing",
    kinds: readers,
  },
  {
    name: "foretell",
    pattern: /\bforet(?:ell|ells|elling|old)\b/gi,
    instead: '"predict"',
    reason: "the project's list of words",
  },
  {
    name: "per",
    pattern:
      /\b(?:one|an?|two|three|four|five|[\d.,]+|many|some) (?:rows?|bars?|dots?|files?|lines?|points?|pages?|curves?|columns?|maps?|label maps?|false alarms?|alarms?|lesions?|minutes?|seconds?|s|min|tumors?) an? (?:case|class|file|group|label|lesion|model|name|network|organ|page|patient|person|policy|room|row|scan|set|size|structure|thing|word)s?\b/gi,
    instead: '"per", as in "one row per policy"',
    reason: 'the project\'s list of words: "a row a policy" is read twice',
    kinds: readers,
  },
  {
    name: "real phantom",
    pattern: /\breal phantoms?\b/gi,
    instead: '"phantom"',
    reason: "a phantom is never called real outside the name of an arm",
  },
  {
    name: "a phantom is a thing",
    pattern: /\bphantom(?:'s)?\b[^.:;◦]{0,60}\b(?:he|she|his|hers?|him)\b/gi,
    instead: '"it" or "its"',
    reason: "a phantom is made by a program and is nobody",
  },
  {
    name: "pretended",
    pattern: /\bpretended\b/gi,
    instead: '"made-up" or "simulated"',
    reason: "an odd word for what a program makes",
    kinds: readers,
  },
  {
    name: "shall",
    pattern: /\bshall\b/gi,
    instead: '"must", "should" or "will"',
    reason: "readers of today do not agree on what it means",
  },
  {
    name: "for, meaning because",
    pattern: /, for (?:he|if|it|no|none|she|that|then|there|these|they|this|those|we) \w+/gi,
    instead: '"because"',
    reason: "old: a reader takes it for the start of a list",
    kinds: readers,
  },
  {
    name: "has not a",
    pattern: /\b(?:has|have|had) not (?:an?|any|enough|one|the)\b|\bas [^.,;:]{1,40} has it\b/gi,
    instead: '"does not have a" or "has no"; for "as the paper has it" write "as the paper says"',
    reason: "old",
  },
  {
    name: "verb and not",
    pattern: /\b(?:he|it|she|one) (?!always|as|does|has|is|perhaps|this|thus|was)\p{L}+s not\b/giu,
    instead: '"does not", as in "it does not hold"',
    reason: "old",
  },
  {
    name: "is no",
    pattern:
      /(?<!\b(?:t?here|where|which|what|nothing|once|if|and|or|why)) (?:is|are|was|were) no (?!different|less|more|such|worse|\p{L}+er\b)\p{L}+/giu,
    instead: '"is not a"',
    reason: 'old: "a dash is no number" is read as "there is no number"',
    kinds: readers,
  },
  {
    name: "some, meaning about",
    pattern:
      /\bsome (?:\d[\d,.]*|one hundred|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|hundred|thousand)/gi,
    instead: '"about"',
    reason: 'a learner reads "some 30" as a slip for "some"',
    kinds: readers,
  },
  {
    name: "anew",
    pattern: /\b(?:anew|afresh)\b/gi,
    instead: '"again" or "from the start"',
    reason: "rare",
    kinds: ["page"],
  },
  {
    name: "in place of",
    pattern: /\bin place of\b/gi,
    instead: '"instead of"',
    reason: "rare",
    kinds: readers,
  },
  {
    name: "mind",
    pattern: /\bMind (?!your own)(?:how|that|the|what|where|you)\b/g,
    instead: '"Note"',
    reason: "a learner knows the noun",
    kinds: readers,
  },
  {
    name: "but for",
    pattern: /\b(?:but|save) for (?!all|both|each|every|large|other|small)\b/gi,
    instead: '"except for"',
    reason: '"but" is read as the start of an objection',
    kinds: readers,
  },
  {
    name: "otherwise than",
    pattern: /\botherwise than\b|\bset numbers them otherwise\b/gi,
    instead: '"differently from"',
    reason: "old",
  },
  {
    name: "the former",
    pattern: /\bthe (?:former|latter)\b/gi,
    instead: "the thing by its name",
    reason: "it sends the reader back to count",
  },
  {
    name: "that is to say",
    pattern: /\bthat is to say\b|\bas it were\b/gi,
    instead: "nothing: say it once, in the plainer way",
    reason: "it says that the sentence before was unclear",
  },
  {
    name: "of one's own",
    pattern: /\bof one's own\b/gi,
    instead: '"your own"',
    reason: "speak to the reader",
  },
  {
    name: "archaic",
    pattern:
      /\b(?:albeit|amidst|amongst|ere|for ever|forthwith|heretofore|hither|lest|nay|thence|thereby|therein|thereof|thereto|thereupon|thither|thrice|thus far|unto|upon|whence|whereas|whereby|wherein|whereof|whereupon|whilst|whither)\b/gi,
    instead: 'a word of today, such as "on", "while", "among", "by this", "forever"',
    reason: "old",
    kinds: readers,
  },
  {
    name: "Latin",
    pattern: /(?<!\p{L})(?:e\.g\.|i\.e\.|viz\.|cf\.|etc\.|vice versa)/giu,
    instead: '"such as", "that is", "see", "and so on"',
    reason: "plain English has words for it",
    kinds: readers,
  },
  {
    name: "belittling",
    pattern: /\b(?:obviously|trivially|needless to say|of course)\b/gi,
    instead: "nothing",
    reason: "it tells a reader who did not see it that they should have",
    kinds: readers,
  },
  {
    name: "wordy",
    pattern:
      /\b(?:in order to|due to the fact that|utili[sz]e[sd]?|utili[sz]ing|at this point in time|prior to)\b/gi,
    instead: '"to", "because", "use", "now", "before"',
    reason: "long for a short word",
  },
];
