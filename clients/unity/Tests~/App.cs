using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Onceward;

/// <summary>
/// The app that `npm run prove:clients -- --client unity` kills: it makes intents, and writes each outcome that it gets to a file before
/// it says that it has handled it. Its settings are JSON in ONCEWARD_APP.
/// </summary>
static class App
{
    const int MostWaiting = 8;

    static int Main()
    {
        Run(JObject.Parse(Environment.GetEnvironmentVariable("ONCEWARD_APP"))).GetAwaiter().GetResult();
        return 0;
    }

    static async Task Run(JObject settings)
    {
        var folder = (string)settings["folder"];
        var path = Path.Combine(folder, "outcomes");
        var handled = ReadNames(path);
        using (var file = new FileStream(path, FileMode.Append, FileAccess.Write))
        {
            // Ends a line that was cut off.
            Append(file, "\n");
            var token = (string)settings["token"];
            var client = new OncewardClient(new ClientOptions
            {
                Url = (string)settings["url"],
                Token = refresh => Task.FromResult(token),
                Timeout = TimeSpan.FromSeconds(2),
            });
            var outbox = new Outbox(new OutboxOptions
            {
                Client = client,
                Store = new FileStore(Path.Combine(folder, "outbox")),
                OnOutcome = settled =>
                {
                    var outcome = JsonConvert.SerializeObject(settled.Outcome);
                    var line = new JObject { { "name", settled.Name }, { "key", settled.Key }, { "outcome", outcome } };
                    Append(file, line.ToString(Formatting.None) + "\n");
                    return Task.FromResult(true);
                },
            });
            Console.WriteLine("started");
            var waiting = new List<Task>();
            for (var number = 1; number <= (int)settings["intents"]; number += 1)
            {
                var name = "intent-" + number;
                if (handled.Contains(name)) continue;
                var input = new ExchangeInput { Exchange = (string)settings["exchange"] };
                waiting.Add(outbox.Send(Operations.Exchange, input, name).Outcome);
                if (waiting.Count >= MostWaiting) waiting.Remove(await Task.WhenAny(waiting));
            }
            await Task.WhenAll(waiting);
            await outbox.CloseAsync();
        }
    }

    static void Append(FileStream file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        file.Write(bytes, 0, bytes.Length);
        file.Flush(true);
    }

    /// <summary>The process before may have been killed within its last line, which then was not handled.</summary>
    static HashSet<string> ReadNames(string path)
    {
        if (!File.Exists(path)) return new HashSet<string>();
        var whole = File.ReadAllText(path).Split('\n').Reverse().Skip(1).Where(line => line.EndsWith("}"));
        return new HashSet<string>(whole.Select(line => (string)JObject.Parse(line)["name"]));
    }
}
