using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Onceward
{
    /// <summary>Sends one request. Throws where no answer came.</summary>
    public interface ITransport
    {
        Task<TransportReply> PostAsync(string url, string body, string token, TimeSpan timeout);
    }

    public sealed class TransportReply
    {
        public int Status { get; set; }

        public string Body { get; set; }

        /// <summary>The header retry-after; null: it was not sent.</summary>
        public string RetryAfter { get; set; }

        /// <summary>The header x-correlation-id; null: it was not sent.</summary>
        public string CorrelationId { get; set; }
    }

    /// <summary>Sends requests with .NET's own client. For servers, editors and desktop players.</summary>
    public sealed class HttpClientTransport : ITransport
    {
        readonly HttpClient _client;

        public HttpClientTransport()
            : this(new HttpClient { Timeout = Timeout.InfiniteTimeSpan })
        {
        }

        /// <summary>The client must have no time-out of its own.</summary>
        public HttpClientTransport(HttpClient client)
        {
            _client = client;
        }

        public async Task<TransportReply> PostAsync(string url, string body, string token, TimeSpan timeout)
        {
            using (var request = new HttpRequestMessage(HttpMethod.Post, url))
            using (var ending = new CancellationTokenSource(timeout))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                using (var response = await _client.SendAsync(request, ending.Token))
                {
                    return new TransportReply
                    {
                        Status = (int)response.StatusCode,
                        Body = await response.Content.ReadAsStringAsync(),
                        RetryAfter = HeaderOf(response, "retry-after"),
                        CorrelationId = HeaderOf(response, "x-correlation-id"),
                    };
                }
            }
        }

        static string HeaderOf(HttpResponseMessage response, string name)
        {
            System.Collections.Generic.IEnumerable<string> values;
            if (!response.Headers.TryGetValues(name, out values)) return null;
            foreach (var value in values) return value;
            return null;
        }
    }
}
