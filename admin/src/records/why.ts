// The reasons for which rows or claims are left out, and for which players differ, in words.
const WORDS: Readonly<Record<string, string>> = {
  unknown_player: 'there is no such player',
  already_claimed: 'had it already',
  limit_exceeded: 'exceeds a limit or a ceiling',
  insufficient_balance: 'does not have enough',
  key_reused: 'was sent before with other contents',
  rate_limited: 'was rejected too often',
  not_reversible: 'cannot be reversed',
  not_reversed: 'a claim was not reversed',
  debt: 'has a debt',
  floor: 'something was cut off at a floor',
  ceiling: 'something was cut off at a ceiling',
  refusal: 'a later request would have ended otherwise',
  formula: 'a later reward read what the claims had changed',
  price: 'a later price read what the claims had changed',
  draws: 'a later draw depended on a guarantee',
  regeneration: 'a balance that fills with time differs',
  progress: 'a later claim depended on progress or a streak',
};

/** An unknown reason is shown as it is stored. */
export const wordsOf = (why: string): string => WORDS[why] ?? why.replaceAll('_', ' ');
