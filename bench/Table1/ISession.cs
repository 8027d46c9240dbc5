using SelfHeal.Hosts;

namespace SelfHeal.PaperTable;

/// <summary>One run of a buggy program, whose clients stand ready. Disposing ends all of it.</summary>
internal interface ISession : IAsyncDisposable
{
    /// <summary>Starts the program; it can work then.</summary>
    Task StartAsync();

    /// <summary>So many parts of the benign workload, all the same; it returns when the program has done them.</summary>
    Task WorkAsync(int parts);

    /// <summary>Ends the program in order.</summary>
    Task<RunResult> EndAsync();

    /// <summary>Does what makes the program fail. Under valgrind, where it may live on, it is ended then.</summary>
    Task<RunResult> ProvokeAsync();
}
