using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Newtonsoft.Json.Linq;

namespace Onceward
{
    /// <summary>An intent and how it ended.</summary>
    public sealed class Settled
    {
        public string Key { get; set; }

        /// <summary>As given to SendAsync, or null.</summary>
        public string Name { get; set; }

        /// <summary>The mutation, such as claimReward.</summary>
        public string Operation { get; set; }

        public JObject Input { get; set; }

        public Outcome Outcome { get; set; }
    }

    public sealed class OutboxOptions
    {
        public OncewardClient Client { get; set; }

        /// <summary>A store belongs to one player.</summary>
        public FileStore Store { get; set; }

        /// <summary>
        /// Handles a final outcome: update what the game shows, and what it stores. The outcome is kept until the task has ended, so after
        /// a crash it is given again with the same Key.
        /// </summary>
        public Func<Settled, Task> OnOutcome { get; set; }

        /// <summary>Called where OnOutcome failed. The outcome is given to it again.</summary>
        public Action<Exception> OnError { get; set; }
    }

    public enum OutboxStatus
    {
        Idle,
        Sending,

        /// <summary>The last attempt got no final answer.</summary>
        Retrying,
        SignedOut,
        StorageFailed,
    }

    /// <summary>An intent that SendAsync has stored.</summary>
    public sealed class Sent
    {
        /// <summary>The idempotency key.</summary>
        public string Key { get; set; }

        /// <summary>Ends once the intent has ended. It never fails.</summary>
        public Task<Outcome> Outcome { get; set; }
    }

    /// <summary>
    /// Carries each intent from the moment it is stored to exactly one final outcome, through lost replies, crashes and restarts. Key and
    /// input are stored before the first byte is sent, sent again unchanged until there is a final answer, and removed only after the app
    /// has handled it. In Unity create it on the main thread: everything then runs there.
    /// </summary>
    public sealed class Outbox
    {
        const long SignedOutPauseMs = 60000;
        const long NoteTimeEveryMs = 3600000;
        static readonly DateTime Epoch = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        readonly OutboxOptions _options;
        readonly object _gate = new object();
        readonly Stopwatch _clock = Stopwatch.StartNew();
        readonly Random _random = new Random();
        readonly Dictionary<string, TaskCompletionSource<Outcome>> _waiters =
            new Dictionary<string, TaskCompletionSource<Outcome>>();
        readonly Dictionary<string, Pause> _pauses = new Dictionary<string, Pause>();
        readonly Dictionary<string, int> _attempts = new Dictionary<string, int>();
        readonly HashSet<string> _uncertain = new HashSet<string>();
        readonly HashSet<string> _withdrawn = new HashSet<string>();
        readonly Task _running;
        TaskCompletionSource<bool> _wake = NewWake();
        long _latestTime;
        long _timeNotedAt;
        bool _closed;

        public Outbox(OutboxOptions options)
        {
            _options = options;
            _latestTime = options.Store.LatestTime();
            foreach (var intent in options.Store.All())
                if (intent.FirstSentAt.HasValue) _uncertain.Add(intent.Key);
            _running = RunAsync();
        }

        /// <summary>Changes with what the outbox does. Raised after each change of it, and of the intents.</summary>
        public event Action Changed;

        public OutboxStatus Status { get; private set; }

        /// <summary>In the order in which they are sent; those with an outcome are being handled by the app.</summary>
        public List<StoredIntent> Intents()
        {
            lock (_gate) return _options.Store.All();
        }

        /// <summary>
        /// Stores an intent and sends it. While an intent of the name is in the outbox, sending the name again returns that one: a double
        /// tap is one intent. A dependent intent waits for those before it. Throws an OncewardStorageException, and sends nothing, where the
        /// intent cannot be stored.
        /// </summary>
        public Sent Send<TInput, TResult>(
            Mutation<TInput, TResult> mutation, TInput input, string name = null, bool dependent = false)
        {
            StoredIntent intent;
            TaskCompletionSource<Outcome> waiter;
            lock (_gate)
            {
                intent = Store(mutation, input, name, dependent);
                if (intent.Operation != mutation.Name)
                    throw new OncewardException("NAME_IN_USE", "\"" + name + "\" is an intent of " + intent.Operation + " already");
                if (!_waiters.TryGetValue(intent.Key, out waiter))
                    _waiters[intent.Key] = waiter = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            WakeUp();
            Show(Status);
            return new Sent { Key = intent.Key, Outcome = waiter.Task };
        }

        /// <summary>Ends an intent that was never sent as Withdrawn. One that was sent goes on.</summary>
        public void Withdraw(string key)
        {
            lock (_gate) _withdrawn.Add(key);
            WakeUp();
        }

        /// <summary>Tries again at once: after the player has signed in, or the network is back.</summary>
        public void Wake()
        {
            lock (_gate)
            {
                foreach (var pause in _pauses.Values)
                    if (!pause.Requested) pause.Until = 0;
            }
            WakeUp();
        }

        /// <summary>Stops sending. What is stored stays for the next outbox.</summary>
        public Task CloseAsync()
        {
            _closed = true;
            WakeUp();
            return _running;
        }

        StoredIntent Store<TInput, TResult>(Mutation<TInput, TResult> mutation, TInput input, string name, bool dependent)
        {
            var key = Guid.NewGuid().ToString();
            var fields = JObject.FromObject(input);
            fields["idempotencyKey"] = key;
            try
            {
                return _options.Store.Add(new StoredIntent
                {
                    Key = key,
                    Name = name,
                    Operation = mutation.Name,
                    Document = mutation.Document,
                    Input = fields,
                    Dependent = dependent,
                    MadeAt = Wall(),
                });
            }
            catch (Exception error)
            {
                throw new OncewardStorageException(error);
            }
        }

        async Task RunAsync()
        {
            // The constructor's caller goes on first.
            await Task.Yield();
            while (!_closed)
            {
                Step step;
                Task woken;
                lock (_gate)
                {
                    if (_wake.Task.IsCompleted) _wake = NewWake();
                    woken = _wake.Task;
                    NoteTime();
                    step = Queue.Next(_options.Store.All(), _pauses, Wall(), _clock.ElapsedMilliseconds);
                }
                switch (step.Kind)
                {
                    case StepKind.Deliver:
                        await DeliverAsync(step.Intent);
                        break;
                    case StepKind.Expire:
                        var certain = !_uncertain.Contains(step.Intent.Key);
                        Settle(step.Intent, new Outcome { Kind = OutcomeKind.Expired, Certain = certain });
                        break;
                    case StepKind.Send:
                        await SendAsync(step.Intent);
                        break;
                    default:
                        if (step.Until == null) Show(OutboxStatus.Idle);
                        await WaitAsync(woken, step.Until);
                        break;
                }
            }
        }

        async Task SendAsync(StoredIntent intent)
        {
            if (intent.FirstSentAt == null)
            {
                if (_withdrawn.Contains(intent.Key))
                {
                    Settle(intent, new Outcome { Kind = OutcomeKind.Withdrawn, Certain = true });
                    return;
                }
                try
                {
                    lock (_gate)
                    {
                        intent.FirstSentAt = Wall();
                        _options.Store.Update(intent);
                    }
                }
                catch (Exception)
                {
                    intent.FirstSentAt = null;
                    Retry(intent, null, OutboxStatus.StorageFailed);
                    return;
                }
            }
            Show(_attempts.ContainsKey(intent.Key) ? OutboxStatus.Retrying : OutboxStatus.Sending);
            var attempt = await _options.Client.AttemptAsync(intent.Document, new JObject { { "input", intent.Input } });
            Conclude(intent, attempt);
        }

        void Conclude(StoredIntent intent, Attempt attempt)
        {
            switch (attempt.Kind)
            {
                case AttemptKind.Answer:
                    Settle(intent, new Outcome
                    {
                        Kind = OutcomeKind.Result,
                        Result = attempt.Result,
                        CorrelationId = attempt.CorrelationId,
                        Certain = true,
                    });
                    return;
                case AttemptKind.SignedOut:
                    SignedOut(intent);
                    return;
                case AttemptKind.Lost:
                    _uncertain.Add(intent.Key);
                    Retry(intent, null, OutboxStatus.Retrying);
                    return;
            }
            if (attempt.Code == "UNAUTHENTICATED" && !attempt.Retryable)
            {
                SignedOut(intent);
                return;
            }
            if (attempt.Retryable)
            {
                if (attempt.Code == "INTERNAL" || attempt.Code == "UNAVAILABLE") _uncertain.Add(intent.Key);
                Retry(intent, attempt.RetryAfter, OutboxStatus.Retrying);
                return;
            }
            Settle(intent, new Outcome
            {
                Kind = OutcomeKind.Fault,
                Code = attempt.Code,
                Message = attempt.Message,
                Field = attempt.Field,
                CorrelationId = attempt.CorrelationId,
                Certain = !_uncertain.Contains(intent.Key),
            });
        }

        void SignedOut(StoredIntent intent)
        {
            lock (_gate) _pauses[intent.Key] = new Pause { Until = _clock.ElapsedMilliseconds + SignedOutPauseMs };
            Show(OutboxStatus.SignedOut);
        }

        void Retry(StoredIntent intent, TimeSpan? retryAfter, OutboxStatus status)
        {
            lock (_gate)
            {
                int count;
                _attempts.TryGetValue(intent.Key, out count);
                _attempts[intent.Key] = count + 1;
                _pauses[intent.Key] = Queue.PauseAfter(count + 1, retryAfter, _clock.ElapsedMilliseconds, _random.NextDouble());
            }
            Show(status);
        }

        /// <summary>A store that cannot take the outcome is no reason to keep it from the app: sent again, the intent gets the same one.</summary>
        void Settle(StoredIntent intent, Outcome outcome)
        {
            lock (_gate)
            {
                _pauses.Remove(intent.Key);
                intent.Outcome = outcome;
                try
                {
                    _options.Store.Update(intent);
                }
                catch (Exception)
                {
                    // It stays in memory.
                }
            }
            Show(OutboxStatus.Sending);
        }

        async Task DeliverAsync(StoredIntent intent)
        {
            try
            {
                await _options.OnOutcome(new Settled
                {
                    Key = intent.Key,
                    Name = intent.Name,
                    Operation = intent.Operation,
                    Input = intent.Input,
                    Outcome = intent.Outcome,
                });
            }
            catch (Exception error)
            {
                Retry(intent, null, OutboxStatus.Retrying);
                if (_options.OnError != null) _options.OnError(error);
                return;
            }
            TaskCompletionSource<Outcome> waiter;
            lock (_gate)
            {
                try
                {
                    _options.Store.Remove(intent.Key);
                }
                catch (Exception)
                {
                    // The file is left, and its outcome is given again after a restart.
                    _pauses[intent.Key] = new Pause { Until = long.MaxValue };
                }
                _attempts.Remove(intent.Key);
                _uncertain.Remove(intent.Key);
                _withdrawn.Remove(intent.Key);
                if (_waiters.TryGetValue(intent.Key, out waiter)) _waiters.Remove(intent.Key);
            }
            if (waiter != null) waiter.TrySetResult(intent.Outcome);
            Show(OutboxStatus.Sending);
        }

        async Task WaitAsync(Task woken, long? until)
        {
            if (until == null)
            {
                await woken;
                return;
            }
            var pause = Math.Min(Math.Max(0, until.Value - _clock.ElapsedMilliseconds), int.MaxValue);
            using (var ending = new CancellationTokenSource())
            {
                await Task.WhenAny(woken, Task.Delay((int)pause, ending.Token));
                ending.Cancel();
            }
        }

        /// <summary>The loop must not go on inside the lock of the one who wakes it.</summary>
        static TaskCompletionSource<bool> NewWake()
        {
            return new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        void WakeUp()
        {
            lock (_gate) _wake.TrySetResult(true);
        }

        void Show(OutboxStatus status)
        {
            Status = status;
            var changed = Changed;
            if (changed != null) changed();
        }

        /// <summary>Ages are computed with the latest time ever seen: a clock that is set back makes no intent younger.</summary>
        long Wall()
        {
            _latestTime = Math.Max(_latestTime, (long)(DateTime.UtcNow - Epoch).TotalMilliseconds);
            return _latestTime;
        }

        void NoteTime()
        {
            var now = Wall();
            if (now - _timeNotedAt < NoteTimeEveryMs) return;
            _timeNotedAt = now;
            try
            {
                _options.Store.NoteTime(now);
            }
            catch (Exception)
            {
                // The next hour tries again.
            }
        }
    }
}
