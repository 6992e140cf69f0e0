using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Newtonsoft.Json;

namespace Onceward
{
    /// <summary>The device cannot store the intent: its storage is full or broken. Nothing was sent.</summary>
    public sealed class OncewardStorageException : Exception
    {
        public OncewardStorageException(Exception cause)
            : base("The intent could not be stored, so it was not sent", cause)
        {
        }
    }

    /// <summary>
    /// Keeps each intent of one player as a file. A file is written aside, flushed and renamed, so that it is whole or absent after a
    /// crash. One process may use a folder at a time; the outbox calls it from one thread at a time.
    /// </summary>
    public sealed class FileStore
    {
        const string Suffix = ".json";
        const string Clock = "clock";

        readonly string _folder;
        readonly Dictionary<string, StoredIntent> _intents = new Dictionary<string, StoredIntent>();
        long _order;

        /// <summary>In Unity: Path.Combine(Application.persistentDataPath, "onceward", playerId).</summary>
        public FileStore(string folder)
        {
            _folder = folder;
            Directory.CreateDirectory(folder);
            foreach (var path in Directory.GetFiles(folder, "*" + Suffix))
            {
                var intent = JsonConvert.DeserializeObject<StoredIntent>(File.ReadAllText(path), Settings);
                _intents[intent.Key] = intent;
                _order = Math.Max(_order, intent.Order);
            }
        }

        static readonly JsonSerializerSettings Settings =
            new JsonSerializerSettings { DateParseHandling = DateParseHandling.None };

        /// <summary>In their order.</summary>
        public List<StoredIntent> All()
        {
            return _intents.Values.OrderBy(intent => intent.Order).ToList();
        }

        /// <summary>Stores an intent with the next order, or returns the stored one that has the same name.</summary>
        public StoredIntent Add(StoredIntent intent)
        {
            var known = intent.Name == null ? null : All().FirstOrDefault(one => one.Name == intent.Name);
            if (known != null) return known;
            intent.Order = _order + 1;
            Write(FileOf(intent), JsonConvert.SerializeObject(intent, Settings));
            _order = intent.Order;
            _intents[intent.Key] = intent;
            return intent;
        }

        public void Update(StoredIntent intent)
        {
            if (!_intents.ContainsKey(intent.Key)) return;
            Write(FileOf(intent), JsonConvert.SerializeObject(intent, Settings));
            _intents[intent.Key] = intent;
        }

        public void Remove(string key)
        {
            StoredIntent intent;
            if (!_intents.TryGetValue(key, out intent)) return;
            File.Delete(Path.Combine(_folder, FileOf(intent)));
            _intents.Remove(key);
        }

        /// <summary>The latest time that was noted, or 0.</summary>
        public long LatestTime()
        {
            long time;
            var path = Path.Combine(_folder, Clock);
            return File.Exists(path) && long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out time)
                ? time
                : 0;
        }

        public void NoteTime(long time)
        {
            Write(Clock, time.ToString(CultureInfo.InvariantCulture));
        }

        static string FileOf(StoredIntent intent)
        {
            return intent.Order.ToString("D12", CultureInfo.InvariantCulture) + "-" + intent.Key + Suffix;
        }

        void Write(string name, string text)
        {
            var path = Path.Combine(_folder, name);
            var aside = path + ".new";
            using (var file = new FileStream(aside, FileMode.Create, FileAccess.Write))
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                file.Write(bytes, 0, bytes.Length);
                file.Flush(true);
            }
            // A rename within a folder. File.Move does not replace, and File.Replace needs a file to replace.
            if (File.Exists(path)) File.Replace(aside, path, null);
            else File.Move(aside, path);
        }
    }
}
