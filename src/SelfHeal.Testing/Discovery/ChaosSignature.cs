using System.Reflection;
using SelfHeal.Hosts;
using SelfHeal.Schedules;

namespace SelfHeal.Testing.Discovery;

/// <summary>Whether a test method can be run under chaos.</summary>
internal static class ChaosSignature
{
    /// <summary>It is given the server, and is its clients.</summary>
    public static bool Drives(MethodInfo method) => method.GetParameters()[0].ParameterType == typeof(ServerEndpoint);

    /// <summary>Null, or what to write instead.</summary>
    public static string? Check(MethodInfo method, ChaosFactAttribute attribute)
    {
        Type[] parameters = [.. method.GetParameters().Select(parameter => parameter.ParameterType)];
        bool right = parameters is [var subject, ..] && (subject == typeof(ServerEndpoint) || subject == typeof(RunResult))
            && (parameters.Length == 1 || (parameters.Length == 2 && parameters[1] == typeof(CancellationToken)));
        bool awaited = method.ReturnType == typeof(Task) || method.ReturnType == typeof(ValueTask)
            || (method.ReturnType == typeof(void) && method.GetCustomAttribute<System.Runtime.CompilerServices.AsyncStateMachineAttribute>() is null);
        if (!right || !awaited || method.IsGenericMethodDefinition)
        {
            return $"A [ChaosFact] is written `public async Task {method.Name}(ServerEndpoint server)`, where its body is what the clients do, "
                + $"or `public void {method.Name}(RunResult run)`, where it judges a program without clients.";
        }

        return !Policy.TryParse(attribute.Policy, out _, out string error) ? error
            : attribute.Runs < 1 || attribute.Jobs < 1 ? "Runs and Jobs of a [ChaosFact] are numbers above 0." : null;
    }
}
