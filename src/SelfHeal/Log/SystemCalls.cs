namespace SelfHeal.Log;

/// <summary>Names of the x86-64 Linux system calls and of the recorder's own events.</summary>
public static class SystemCalls
{
    public static string Name(int code) => $"call {code}";
}
