using System.Text;

namespace SelfHeal.Bench;

/// <summary>A bc program of one kind that computes for a given time.</summary>
internal sealed record Workload(string Name, string Head, Func<int, string> Line)
{
    public static IReadOnlyList<Workload> Kinds { get; } =
    [
        new("factorials", "define g(n) { auto r; r=1; while (n>1) { r*=n; n-=1 }; return (r) }\n",
            i => $"x=g({600 + (i % 7)});x%1000007\n"),
        new("square roots", "scale=300\n", i => $"y=sqrt({i + 1});y\n"),
        new("powers and divisions", "",
            i => $"scale=200;z=3^{2000 + (i % 50)};w=z/7^{900 + (i % 11)};scale=0;z%1000003\n"),
    ];

    /// <summary>Overwrites `directory`/NAME.bc so that it takes about `seconds` natively.</summary>
    /// <param name="before">Lines in front of it, <paramref name="after"/> behind it.</param>
    public string[] Make(string tools, string directory, string bc, double seconds, string before = "", string after = "")
    {
        string path = Path.Combine(directory, Name.Replace(' ', '-') + $"-{seconds:0.###}-{before.Length + after.Length}.bc");
        string[] command = [bc, "-q", path];
        const int Few = 100;
        File.WriteAllText(path, Text(Few, "", ""));
        double perLine = Interleave.Run(tools, 3, [command]).Processor(0).Min() / Few;
        File.WriteAllText(path, Text(Math.Max(1, (int)(seconds / perLine)), before, after));
        return command;
    }

    private string Text(int lines, string before, string after)
    {
        var text = new StringBuilder(before).Append(Head);
        for (int i = 0; i < lines; i++)
        {
            text.Append(Line(i));
        }

        return text.Append(after).Append("quit\n").ToString();
    }
}
