using System.Reflection;

namespace SelfHeal.Testing.Discovery;

/// <summary>Whether a test method can take a session.</summary>
internal static class SessionSignature
{
    /// <summary>Null, or what to write instead.</summary>
    /// <param name="method">The test method.</param>
    /// <param name="rows">It takes data rows too.</param>
    public static string? Check(MethodInfo method, bool rows)
    {
        ParameterInfo[] parameters = method.GetParameters();
        bool asynchronous = method.ReturnType == typeof(Task) || method.ReturnType == typeof(ValueTask);
        bool session = rows
            ? parameters.Length >= 2 && parameters[^1].ParameterType == typeof(HealSession) && parameters[^1].IsOptional
            : parameters.Length == 1 && parameters[0].ParameterType == typeof(HealSession);
        if (asynchronous && session && !method.IsGenericMethodDefinition
            && parameters.Count(parameter => parameter.ParameterType == typeof(HealSession)) == 1)
        {
            return null;
        }

        string written = string.Join(", ", parameters.Select(parameter => $"{parameter.ParameterType.Name} {parameter.Name}"));
        return rows
            ? $"A [HealTheory] is written `public async Task {method.Name}(int n, HealSession session = null!)`: the rows' own "
                + $"parameters, then the optional session; not `{method.ReturnType.Name} {method.Name}({written})`."
            : $"A [HealFact] is written `public async Task {method.Name}(HealSession session)`, "
                + $"not `{method.ReturnType.Name} {method.Name}({written})`.";
    }
}
