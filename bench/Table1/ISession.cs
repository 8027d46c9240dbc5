using SelfHeal.Hosts;

namespace SelfHeal.PaperTable;

/// <summary>One run of a buggy program, whose clients stand ready. Disposing ends all of it.</summary>
internal interface ISession : IAsyncDisposable
{
    /// <summary>Starts the program; it can work then.</summary>
    Task StartAsync();

    /// <summary>A part of the benign workload, the same each time; it returns when the program has done it.</summary>
    Task WorkAsync();

    /// <summary>Ends the program in order.</summary>
    Task<RunResult> EndAsync();

    /// <summary>Does what makes the program fail.</summary>
    Task<RunResult> ProvokeAsync();
}
