using System;
using System.Text;
using System.Threading.Tasks;
using UnityEngine.Networking;

namespace Onceward.Unity
{
    /// <summary>Sends requests through Unity's own network stack: for players on all platforms. Call it on the main thread.</summary>
    public sealed class UnityWebRequestTransport : ITransport
    {
        public Task<TransportReply> PostAsync(string url, string body, string token, TimeSpan timeout)
        {
            var request = new UnityWebRequest(url, "POST")
            {
                uploadHandler = new UploadHandlerRaw(Encoding.UTF8.GetBytes(body)),
                downloadHandler = new DownloadHandlerBuffer(),
                timeout = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds)),
            };
            request.SetRequestHeader("content-type", "application/json");
            request.SetRequestHeader("authorization", "Bearer " + token);
            var replied = new TaskCompletionSource<TransportReply>();
            request.SendWebRequest().completed += _ =>
            {
                try
                {
                    replied.SetResult(ReplyOf(request));
                }
                catch (Exception error)
                {
                    replied.SetException(error);
                }
                finally
                {
                    request.Dispose();
                }
            };
            return replied.Task;
        }

        static TransportReply ReplyOf(UnityWebRequest request)
        {
            // A status means that an answer came, whatever Unity thinks of it.
            if (request.responseCode == 0) throw new InvalidOperationException(request.error);
            return new TransportReply
            {
                Status = (int)request.responseCode,
                Body = request.downloadHandler.text,
                RetryAfter = request.GetResponseHeader("retry-after"),
                CorrelationId = request.GetResponseHeader("x-correlation-id"),
            };
        }
    }
}
