using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Onceward
{
    public enum OutcomeKind
    {
        /// <summary>The result of the mutation: a receipt, or a rejection with its message.</summary>
        Result,

        /// <summary>The API refused the request itself: the player may not do this, or an input is out of bounds.</summary>
        Fault,

        /// <summary>It was not answered within 29 days. Its key may be free again, so it is never sent again.</summary>
        Expired,

        /// <summary>The app withdrew it before it was sent.</summary>
        Withdrawn,
    }

    /// <summary>How an intent ended, for good.</summary>
    public sealed class Outcome
    {
        [JsonProperty("kind")]
        public OutcomeKind Kind { get; set; }

        [JsonProperty("result")]
        public JToken Result { get; set; }

        [JsonProperty("code")]
        public string Code { get; set; }

        [JsonProperty("message")]
        public string Message { get; set; }

        [JsonProperty("field")]
        public string Field { get; set; }

        /// <summary>False: an attempt before the last one got no answer, so the operation may have been executed.</summary>
        [JsonProperty("certain")]
        public bool Certain { get; set; }

        [JsonProperty("correlationId")]
        public string CorrelationId { get; set; }

        /// <summary>The result as the type of its operation: outcome.As(Operations.ClaimReward).</summary>
        public TResult As<TInput, TResult>(Mutation<TInput, TResult> mutation)
        {
            return Result == null ? default(TResult) : OncewardJson.Read<TResult>(Result);
        }
    }

    /// <summary>What the outbox stores of an intent.</summary>
    public sealed class StoredIntent
    {
        /// <summary>The idempotency key. It names the intent everywhere.</summary>
        [JsonProperty("key")]
        public string Key { get; set; }

        /// <summary>Intents are sent in this order.</summary>
        [JsonProperty("order")]
        public long Order { get; set; }

        /// <summary>Given by the app: while an intent of this name is in the outbox, another Send of the name returns it.</summary>
        [JsonProperty("name")]
        public string Name { get; set; }

        [JsonProperty("operation")]
        public string Operation { get; set; }

        /// <summary>Stored, so that an app that no longer has the code still sends it.</summary>
        [JsonProperty("document")]
        public string Document { get; set; }

        [JsonProperty("input")]
        public JObject Input { get; set; }

        /// <summary>Whether it waits for all intents before it, however long they wait.</summary>
        [JsonProperty("dependent")]
        public bool Dependent { get; set; }

        /// <summary>Milliseconds since 1970, like every time here.</summary>
        [JsonProperty("madeAt")]
        public long MadeAt { get; set; }

        /// <summary>Stored before the first byte is sent; null: it was never sent.</summary>
        [JsonProperty("firstSentAt")]
        public long? FirstSentAt { get; set; }

        /// <summary>Null: it has none yet. Otherwise it waits to be handled by the app.</summary>
        [JsonProperty("outcome")]
        public Outcome Outcome { get; set; }
    }
}
