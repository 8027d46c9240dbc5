using System.Diagnostics;
using System.Security.Cryptography;

namespace SelfHeal.Requests;

/// <summary>Asks whether an input still fails, each one only once, and no more often than allowed. One replay can try several
/// inputs, one after the other, where the program survives the harmless ones.</summary>
public sealed class FailureOracle
{
    private readonly Func<IReadOnlyList<ReadOnlyMemory<byte>>, CancellationToken, Task<(int Harmless, bool Fails)>> _replay;
    private readonly Func<ReadOnlyMemory<byte>, bool>? _isRequest;
    private readonly int _together, _parallel;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly List<ReadOnlyMemory<byte>> _failing = [];
    private readonly List<Question> _waiting = [];
    private int _limit = int.MaxValue, _workers, _held, _running;
    private long? _end; // as Stopwatch.GetTimestamp()
    private long _began; // of the time in which replays run

    /// <param name="fails">Replays with the input in place of the bad request; true: it still fails.</param>
    /// <param name="isRequest">Whether the input is one whole request at all; what is none does not fail, and no replay is
    /// made for it. Null: every input is.</param>
    public FailureOracle(Func<ReadOnlyMemory<byte>, CancellationToken, Task<bool>> fails, Func<ReadOnlyMemory<byte>, bool>? isRequest = null)
        : this(async (inputs, token) => await fails(inputs[0], token).ConfigureAwait(false) ? (0, true) : (1, false), 1, 1, isRequest)
    {
    }

    /// <param name="replay">One replay with these inputs in their order: how many did no harm, and whether the next one fails.
    /// If it does not, and there is a next one, it was not tried.</param>
    /// <param name="together">Inputs of one replay, at most.</param>
    /// <param name="parallel">Replays at the same time, at most.</param>
    /// <param name="isRequest">As in the other constructor.</param>
    public FailureOracle(
        Func<IReadOnlyList<ReadOnlyMemory<byte>>, CancellationToken, Task<(int Harmless, bool Fails)>> replay, int together, int parallel,
        Func<ReadOnlyMemory<byte>, bool>? isRequest = null) =>
        (_replay, _together, _parallel, _isRequest) = (replay, together, parallel, isRequest);

    /// <summary>One replay can try several inputs.</summary>
    public bool TriesSeveral => _together > 1;

    /// <summary>How many replays were made.</summary>
    public int Replays { get; private set; }

    /// <summary>Inputs that were tried in them.</summary>
    public int Tried => _known.Count;

    /// <summary>Questions that had been asked before.</summary>
    public int Repeated { get; private set; }

    /// <summary>Questions that were answered with no, because the allowed number was reached.</summary>
    public int Refused { get; private set; }

    /// <summary>The time in which replays ran.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Inputs that failed, in the order in which they were tried.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Failing => _failing;

    /// <summary>Replays that are still allowed.</summary>
    public int Left => _end is { } end && Stopwatch.GetTimestamp() > end ? 0 : Math.Max(0, _limit - Replays);

    /// <summary>Allows so many replays from now on.</summary>
    public void Allow(int replays) => (_limit, Refused) = (Replays + replays, 0);

    /// <summary>Allows replays for so long from now on.</summary>
    public void AllowFor(TimeSpan time) => _end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>What is asked at the same time (<see cref="TogetherAsync"/>) shares replays.</summary>
    /// <returns>False: it does not fail, it is no request, or no replay is left.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<bool> FailsAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Answer(input) is { } known)
        {
            Repeated += known || CanBeAsked(input) ? 1 : 0;
            return Task.FromResult(known);
        }

        var question = new Question(input.ToArray(), cancellationToken);
        lock (_lock)
        {
            _waiting.Add(question);
        }

        Work();
        return question.Answer.Task;
    }

    /// <summary>Starts them all before the first replay, so that their questions can share replays.</summary>
    public async Task TogetherAsync(IEnumerable<Func<Task>> experiments)
    {
        Task[] all = Holding(() => experiments.Select(experiment => experiment()).ToArray());
        Work();
        await Task.WhenAll(all).ConfigureAwait(false);
    }

    /// <summary>The first of these inputs that fails; -1: none does, as far as replays are left.</summary>
    /// <param name="count">How many inputs.</param>
    /// <param name="input">One of them, by its index; null: it is left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<int> FirstFailingAsync(int count, Func<int, ReadOnlyMemory<byte>?> input, CancellationToken cancellationToken = default)
    {
        for (int at = 0; at < count;)
        {
            var asked = new List<(int Index, Question Question)>();
            int failing = -1;
            for (; at < count && asked.Count < _together * _parallel && failing < 0; at++)
            {
                if (input(at) is { } one && Answer(one) is var known && known != false)
                {
                    failing = known == true ? at : -1;
                    asked.AddRange(known is null ? [(at, new Question(one, cancellationToken))] : []);
                }
            }

            int each = (asked.Count + _parallel - 1) / _parallel;
            await Task.WhenAll(asked.Chunk(Math.Max(1, each)).Select(some => UntilOneFailsAsync([.. some.Select(one => one.Question)]))).ConfigureAwait(false);
            int first = asked.FindIndex(one => !one.Question.IsRefused && Answer(one.Question.Input) != false);
            if (first >= 0 && Answer(asked[first].Question.Input) is null)
            {
                at = asked[first].Index; // the replay ended before it
            }
            else if (first >= 0 || failing >= 0)
            {
                return first >= 0 ? asked[first].Index : failing;
            }
        }

        return -1;
    }

    /// <summary>False: it is not one whole request, so that it does not fail.</summary>
    public bool CanBeAsked(ReadOnlyMemory<byte> input) => _isRequest?.Invoke(input) != false;

    /// <summary>Null: it has to be tried.</summary>
    private bool? Answer(ReadOnlyMemory<byte> input)
    {
        lock (_lock)
        {
            return _known.TryGetValue(Key(input), out bool known) ? known : CanBeAsked(input) ? null : false;
        }
    }

    private static string Key(ReadOnlyMemory<byte> input) => Convert.ToHexString(SHA256.HashData(input.Span));

    private T Holding<T>(Func<T> action)
    {
        Interlocked.Increment(ref _held);
        try
        {
            return action();
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    private void Work()
    {
        lock (_lock)
        {
            for (; _held == 0 && _workers < Math.Min(_parallel, _waiting.Count); _workers++)
            {
                _ = WorkAsync();
            }
        }
    }

    /// <summary>Answers questions until none waits. Who asked goes on at once, so that what is asked next is waiting, too.</summary>
    private async Task WorkAsync()
    {
        await Task.Yield();
        for (;;)
        {
            List<Question> some;
            lock (_lock)
            {
                int share = (_waiting.Count + _parallel - 1) / _parallel;
                some = _waiting.GetRange(0, Math.Min(share, _together));
                _waiting.RemoveRange(0, some.Count);
                if (some.Count == 0)
                {
                    _workers--;
                    return;
                }
            }

            Task asked = UntilOneFailsAsync([.. some.Where(question => Answer(question.Input) is null)]);
            await asked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_lock)
            {
                _waiting.InsertRange(0, some.Where(question => asked.IsCompletedSuccessfully && !question.IsRefused && Answer(question.Input) is null));
            }

            _ = Holding(() => some.Count(question => question.Tell(Answer(question.Input), asked)));
            Work();
        }
    }

    /// <summary>One replay, whose answers are known then.</summary>
    private async Task UntilOneFailsAsync(IReadOnlyList<Question> questions)
    {
        if (questions.Count == 0 || !Begin(questions))
        {
            return;
        }

        try
        {
            questions[0].Cancellation.ThrowIfCancellationRequested();
            var (harmless, fails) = await _replay([.. questions.Select(question => question.Input)], questions[0].Cancellation).ConfigureAwait(false);
            Remember(questions.Take(harmless), fails: false);
            Remember(questions.Skip(harmless).Take(fails ? 1 : 0), fails: true);
        }
        finally
        {
            End();
        }
    }

    private void Remember(IEnumerable<Question> questions, bool fails)
    {
        lock (_lock)
        {
            foreach (Question question in questions.Where(one => _known.TryAdd(Key(one.Input), fails) && fails))
            {
                _failing.Add(question.Input);
            }
        }
    }

    /// <summary>False: no replay is left.</summary>
    private bool Begin(IReadOnlyList<Question> questions)
    {
        lock (_lock)
        {
            if (Left == 0)
            {
                Refused += questions.Count;
                foreach (Question question in questions)
                {
                    question.IsRefused = true;
                }

                return false;
            }

            Replays++;
            _began = _running++ == 0 ? Stopwatch.GetTimestamp() : _began;
            return true;
        }
    }

    private void End()
    {
        lock (_lock)
        {
            Elapsed += --_running == 0 ? Stopwatch.GetElapsedTime(_began) : TimeSpan.Zero;
        }
    }

    private sealed record Question(ReadOnlyMemory<byte> Input, CancellationToken Cancellation)
    {
        public TaskCompletionSource<bool> Answer { get; } = new(); // continuations run at once

        public bool IsRefused { get; set; }

        /// <summary>False: it waits on.</summary>
        public bool Tell(bool? answer, Task asked) => asked.IsCanceled ? Answer.TrySetCanceled(Cancellation)
            : asked.Exception is { } error ? Answer.TrySetException(error.InnerExceptions)
            : answer is { } known ? Answer.TrySetResult(known) : IsRefused && Answer.TrySetResult(false);
    }
}
