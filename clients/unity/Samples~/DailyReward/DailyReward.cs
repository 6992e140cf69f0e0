using System;
using System.IO;
using System.Threading.Tasks;
using Onceward;
using Onceward.Unity;
using UnityEngine;

/// <summary>
/// Claims a daily reward. Put it on an object of your first scene, and call Begin after the sign-in. Closing the game at any moment loses
/// nothing: the next start goes on with what was stored.
/// </summary>
public sealed class DailyReward : MonoBehaviour
{
    public string Url = "https://rewards.example.com/graphql";

    Outbox _outbox;

    /// <param name="playerId">The signed-in player.</param>
    /// <param name="token">Fetches the player's token; true: the last one was refused.</param>
    public void Begin(string playerId, Func<bool, Task<string>> token)
    {
        _outbox = new Outbox(new OutboxOptions
        {
            Client = new OncewardClient(new ClientOptions
            {
                Url = Url,
                Token = token,
                Transport = new UnityWebRequestTransport(),
            }),
            Store = new FileStore(Path.Combine(Application.persistentDataPath, "onceward", Uri.EscapeDataString(playerId))),
            OnOutcome = Show,
            OnError = Debug.LogException,
        });
    }

    /// <summary>Of the button. A double tap is one intent.</summary>
    public void Claim()
    {
        _outbox.Send(Operations.ClaimReward, new ClaimRewardInput { Type = "daily_login" }, "daily_login");
    }

    Task Show(Settled settled)
    {
        if (settled.Operation == Operations.ClaimReward.Name && settled.Outcome.Kind == OutcomeKind.Result)
        {
            var result = settled.Outcome.As(Operations.ClaimReward);
            var receipt = result as Receipt;
            var rejection = result as IRejection;
            if (receipt != null)
                foreach (var change in receipt.Changes) Debug.Log(change.Resource + ": " + change.Before + " → " + change.After);
            else if (rejection != null) Debug.Log(rejection.Message);
        }
        return Task.CompletedTask;
    }
}
