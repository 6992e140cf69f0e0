using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading.Tasks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Onceward
{
    public sealed class ClientOptions
    {
        /// <summary>Such as https://rewards.example.com/graphql.</summary>
        public string Url { get; set; }

        /// <summary>
        /// The player's token. The argument is true where the API has just refused the last one: fetch another. Null: nobody is signed in.
        /// </summary>
        public Func<bool, Task<string>> Token { get; set; }

        /// <summary>HttpClientTransport unless set.</summary>
        public ITransport Transport { get; set; }

        /// <summary>After this a request without an answer counts as lost. 15 seconds unless set.</summary>
        public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);
    }

    public enum AttemptKind
    {
        /// <summary>Result is the answer of the operation.</summary>
        Answer,

        /// <summary>A technical or permission error. Business rejections are answers.</summary>
        Fault,

        /// <summary>No readable answer: the operation may have been executed.</summary>
        Lost,

        /// <summary>There is no token, so nothing was sent.</summary>
        SignedOut,
    }

    /// <summary>What one request came to.</summary>
    public sealed class Attempt
    {
        public AttemptKind Kind { get; set; }

        /// <summary>Of an answer.</summary>
        public JToken Result { get; set; }

        /// <summary>Of a fault, such as FORBIDDEN.</summary>
        public string Code { get; set; }

        public string Message { get; set; }

        /// <summary>Of a fault: the path of the wrong input, or null.</summary>
        public string Field { get; set; }

        /// <summary>Of a fault: whether the same request with the same key can succeed later.</summary>
        public bool Retryable { get; set; }

        /// <summary>Of a fault: how long to wait first; null: the API did not say.</summary>
        public TimeSpan? RetryAfter { get; set; }

        /// <summary>Quote it in a report.</summary>
        public string CorrelationId { get; set; }
    }

    /// <summary>What a query throws.</summary>
    public sealed class OncewardException : Exception
    {
        public OncewardException(string code, string message, string correlationId = null)
            : base(message)
        {
            Code = code;
            CorrelationId = correlationId;
        }

        public string Code { get; private set; }

        public string CorrelationId { get; private set; }
    }

    /// <summary>Sends one operation and says what came of it. It stores nothing and makes no keys: the outbox does.</summary>
    public sealed class OncewardClient
    {
        const int QueryAttempts = 3;
        static readonly TimeSpan QueryPause = TimeSpan.FromMilliseconds(300);
        static readonly double MaxRetryAfterSeconds = TimeSpan.FromDays(7).TotalSeconds;

        readonly ClientOptions _options;
        readonly ITransport _transport;

        public OncewardClient(ClientOptions options)
        {
            _options = options;
            _transport = options.Transport ?? new HttpClientTransport();
        }

        /// <summary>Repeats a query that got no answer, twice. Throws an OncewardException.</summary>
        public async Task<TResult> QueryAsync<TResult>(Query<TResult> query, object variables = null)
        {
            var values = variables == null ? new JObject() : JObject.FromObject(variables, OncewardJson.Serializer);
            for (var count = 1; ; count += 1)
            {
                var attempt = await AttemptAsync(query.Document, values);
                if (attempt.Kind == AttemptKind.Answer) return OncewardJson.Read<TResult>(attempt.Result);
                var canRepeat = attempt.Kind == AttemptKind.Lost || attempt.Retryable;
                if (!canRepeat || count == QueryAttempts) throw ErrorOf(attempt);
                await Task.Delay(attempt.RetryAfter ?? TimeSpan.FromTicks(QueryPause.Ticks * count));
            }
        }

        /// <summary>One request, with at most one more where the API refused the token. Never throws.</summary>
        public async Task<Attempt> AttemptAsync(string document, JObject variables)
        {
            var first = await RequestAsync(document, variables, false);
            var isRefused = first.Kind == AttemptKind.Fault && first.Code == "UNAUTHENTICATED" && !first.Retryable;
            return isRefused ? await RequestAsync(document, variables, true) : first;
        }

        async Task<Attempt> RequestAsync(string document, JObject variables, bool refresh)
        {
            try
            {
                var token = await _options.Token(refresh);
                if (token == null) return new Attempt { Kind = AttemptKind.SignedOut };
                var body = new JObject { { "query", document }, { "variables", variables } };
                var reply = await _transport.PostAsync(
                    _options.Url, body.ToString(Formatting.None), token, _options.Timeout);
                return AttemptOf(reply);
            }
            catch (Exception error)
            {
                return new Attempt { Kind = AttemptKind.Lost, Message = error.Message };
            }
        }

        /// <summary>An answer that is not Onceward's, such as a proxy's, says nothing about the operation.</summary>
        static Attempt AttemptOf(TransportReply reply)
        {
            var body = OncewardJson.Parse(reply.Body);
            var errors = body["errors"] as JArray;
            if (errors == null || errors.Count == 0)
            {
                var data = body["data"] as JObject;
                if (data == null || data["result"] == null) return LostWith(reply);
                return new Attempt { Kind = AttemptKind.Answer, Result = data["result"], CorrelationId = reply.CorrelationId };
            }
            var extensions = errors[0]["extensions"] as JObject ?? new JObject();
            var code = (string)extensions["code"];
            if (code == null) return LostWith(reply);
            return new Attempt
            {
                Kind = AttemptKind.Fault,
                Code = code,
                Message = (string)errors[0]["message"],
                Field = (string)extensions["field"],
                Retryable = (bool?)extensions["retryable"] ?? false,
                RetryAfter = RetryAfterOf(reply.RetryAfter),
                CorrelationId = (string)extensions["correlationId"] ?? reply.CorrelationId,
            };
        }

        static Attempt LostWith(TransportReply reply)
        {
            return new Attempt { Kind = AttemptKind.Lost, Message = "HTTP " + reply.Status };
        }

        static TimeSpan? RetryAfterOf(string header)
        {
            double seconds;
            if (!double.TryParse(header, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds)) return null;
            if (!(seconds >= 0)) return null;
            return TimeSpan.FromSeconds(Math.Min(seconds, MaxRetryAfterSeconds));
        }

        static OncewardException ErrorOf(Attempt attempt)
        {
            switch (attempt.Kind)
            {
                case AttemptKind.Fault:
                    return new OncewardException(attempt.Code, attempt.Message, attempt.CorrelationId);
                case AttemptKind.SignedOut:
                    return new OncewardException("SIGNED_OUT", "Nobody is signed in");
                default:
                    return new OncewardException("NO_ANSWER", "Onceward did not answer: " + attempt.Message);
            }
        }
    }

    /// <summary>How the API's JSON becomes objects.</summary>
    public static class OncewardJson
    {
        internal static readonly JsonSerializer Serializer = JsonSerializer.Create(new JsonSerializerSettings
        {
            // Times stay the texts that the API sent.
            DateParseHandling = DateParseHandling.None,
            Converters = new List<JsonConverter> { new AnswerConverter() },
        });

        public static TResult Read<TResult>(JToken json)
        {
            return json.ToObject<TResult>(Serializer);
        }

        internal static JObject Parse(string text)
        {
            using (var reader = new JsonTextReader(new System.IO.StringReader(text)) { DateParseHandling = DateParseHandling.None })
            {
                return JObject.Load(reader);
            }
        }

        /// <summary>Reads a member of a union by its __typename.</summary>
        sealed class AnswerConverter : JsonConverter
        {
            public override bool CanWrite
            {
                get { return false; }
            }

            public override bool CanConvert(Type type)
            {
                return type.IsInterface && type.Namespace == typeof(OncewardJson).Namespace;
            }

            public override object ReadJson(JsonReader reader, Type type, object existing, JsonSerializer serializer)
            {
                var token = JToken.Load(reader);
                if (token.Type == JTokenType.Null) return null;
                var name = (string)token["__typename"];
                Type known;
                if (name != null && TypeNames.All.TryGetValue(name, out known) && type.IsAssignableFrom(known))
                    return token.ToObject(known, serializer);
                if (!type.IsAssignableFrom(typeof(UnknownAnswer)))
                    throw new JsonSerializationException("This version of the client does not know " + name);
                return new UnknownAnswer { TypeName = name, Json = (JObject)token };
            }

            public override void WriteJson(JsonWriter writer, object value, JsonSerializer serializer)
            {
                throw new NotSupportedException();
            }
        }
    }
}
