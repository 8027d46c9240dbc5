using SelfHeal.Log;

namespace SelfHeal.Diagnosis;

/// <summary>The paper's tool as a second opinion: the program under valgrind memcheck with the recorded input.</summary>
public sealed class ValgrindDiagnosis
{
    public static bool IsInstalled => throw new NotSupportedException();

    /// <summary>Runs valgrind. Failure of the program under valgrind is no oracle and is not reported.</summary>
    /// <exception cref="SelfHealException">valgrind is not installed or its report cannot be read.</exception>
    public static Task<ValgrindResult> RunAsync(RunDirectory run, TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) => throw new NotSupportedException(run?.Path);
}
