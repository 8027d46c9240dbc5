using System.Collections.Concurrent;
using System.Reflection;
using SelfHeal.Chaos;
using SelfHeal.Hosts;
using SelfHeal.Search;

namespace SelfHeal.Testing.Discovery;

/// <summary>Runs the body of a <see cref="ChaosFactAttribute"/> once for each seed.</summary>
internal static class ChaosBody
{
    /// <exception cref="ChaosFoundException">A run failed.</exception>
    public static async Task RunAsync(HealSession session, ChaosFactAttribute attribute, MethodInfo method, object? instance)
    {
        var thrown = new ConcurrentDictionary<string, Exception>(StringComparer.Ordinal);
        async Task InvokeAsync(string run, object subject, CancellationToken cancellationToken)
        {
            try
            {
                object[] arguments = [subject, cancellationToken];
                await TaskOf(method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments[..method.GetParameters().Length], null));
            }
            catch (Exception error)
            {
                thrown[run] = error;
                throw;
            }
        }

        ChaosOptions options = session.Chaos() with
        {
            Runs = attribute.Runs,
            Jobs = attribute.Jobs,
            FirstSeed = Math.Max(1, attribute.Seed),
            AllowedExitCodes = attribute.AllowedExitCodes.ToHashSet(),
            Input = RunInput.FromText(attribute.Input),
        };
        options = ChaosSignature.Drives(method)
            ? options with { Driver = session.Driver((server, token) => InvokeAsync(server.RunDirectory, server, token)) }
            : options with { Invariant = Invariant.FromFunction("the test", (run, token) => InvokeAsync(run.Directory.Path, run, token)) };
        if (await session.FindAsync(options, attribute.Policy) is { } found)
        {
            throw new ChaosFoundException(found, thrown.GetValueOrDefault(found.Run.Path));
        }
    }

    /// <summary>What a test method returned, to be awaited.</summary>
    public static Task TaskOf(object? returned) => returned switch
    {
        Task given => given,
        ValueTask given => given.AsTask(),
        _ => Task.CompletedTask,
    };
}
