using System;
using System.Collections.Generic;

namespace Onceward
{
    enum StepKind
    {
        Deliver,
        Expire,
        Send,
        Wait,
    }

    /// <summary>What the outbox does next, and with which intent; of Wait: until when, or null.</summary>
    struct Step
    {
        internal StepKind Kind;
        internal StoredIntent Intent;
        internal long? Until;
    }

    /// <summary>An intent that is not to be sent or delivered before a time.</summary>
    sealed class Pause
    {
        /// <summary>Milliseconds of a clock that is never set.</summary>
        internal long Until;

        /// <summary>Whether intents after it may overtake it.</summary>
        internal bool Aside;

        /// <summary>Whether the API asked for it. Such a pause is kept whatever the app says.</summary>
        internal bool Requested;
    }

    /// <summary>Decides what the outbox does next. It reads neither clock nor store.</summary>
    static class Queue
    {
        internal const long DayMs = 86400000;

        /// <summary>Onceward keeps rejections for 30 days at least, and then decides the same key again.</summary>
        internal const long MaxAgeMs = 29 * DayMs;

        const double FirstPauseMs = 500;
        const double LongestPauseMs = 30000;
        const double PatienceMs = 60000;

        /// <summary>
        /// The first intent decides, except where it steps aside: then the next one that does not depend on those before it. Outcomes
        /// are delivered first.
        /// </summary>
        internal static Step Next(List<StoredIntent> intents, Dictionary<string, Pause> pauses, long wall, long monotonic)
        {
            long? until = null;
            foreach (var intent in intents)
            {
                if (intent.Outcome != null)
                {
                    if (PauseOf(intent, pauses, monotonic, ref until) == null)
                        return new Step { Kind = StepKind.Deliver, Intent = intent };
                }
                else if (wall - intent.MadeAt > MaxAgeMs)
                {
                    return new Step { Kind = StepKind.Expire, Intent = intent };
                }
            }
            var isFirst = true;
            foreach (var intent in intents)
            {
                if (intent.Outcome != null) continue;
                if (isFirst || !intent.Dependent)
                {
                    var pause = PauseOf(intent, pauses, monotonic, ref until);
                    if (pause == null) return new Step { Kind = StepKind.Send, Intent = intent };
                    if (!pause.Aside) break;
                }
                isFirst = false;
            }
            return new Step { Kind = StepKind.Wait, Until = until };
        }

        /// <summary>
        /// The pause after an attempt without a final answer. It doubles, and is shortened by up to half at random, so that the players of
        /// a game do not return all at once.
        /// </summary>
        internal static Pause PauseAfter(int count, TimeSpan? retryAfter, long monotonic, double random)
        {
            var growing = Math.Min(LongestPauseMs, FirstPauseMs * Math.Pow(2, count - 1)) * (1 - random / 2);
            var asked = retryAfter.HasValue ? retryAfter.Value.TotalMilliseconds : 0;
            var pause = Math.Max(growing, asked);
            return new Pause { Until = monotonic + (long)pause, Aside = asked > PatienceMs, Requested = asked > 0 };
        }

        static Pause PauseOf(StoredIntent intent, Dictionary<string, Pause> pauses, long monotonic, ref long? until)
        {
            Pause pause;
            if (!pauses.TryGetValue(intent.Key, out pause) || pause.Until <= monotonic) return null;
            until = until.HasValue ? Math.Min(until.Value, pause.Until) : pause.Until;
            return pause;
        }
    }
}
