using System.Text;

namespace BuggyServers;

/// <summary>Programs in bc's language that bring out its heap overflows, and workloads that do not.</summary>
/// <remarks>Every program ends with lines that print, so that a healed run has a right output to show.</remarks>
public static class BcInputs
{
    /// <summary>bc-1: scalars, then arrays. 92 and 66 fail and are healed by doubling; 130 scalars are not.</summary>
    public static string MoreArrays(int scalars = 92, int arrays = 66)
    {
        StringBuilder text = new();
        for (int i = 0; i < scalars; i++)
        {
            text.Append($"v{i}={i}\n");
        }

        for (int i = 0; i < arrays; i++)
        {
            text.Append($"a{i}[0]={i}\n");
        }

        return text.Append($"v{scalars - 1}+a{arrays - 1}[0]\na0[0]\n2^100\n").ToString();
    }

    /// <summary>bc-2 on the stock package (needs -l): functions, then s and c of the math library redefined. The second
    /// redefinition is stored beyond the table.</summary>
    /// <param name="functions">24 fill the table but for one place.</param>
    /// <param name="name">Their names begin with it.</param>
    /// <param name="added">What the new s adds.</param>
    /// <param name="callBeyond">Also call c, whose body is lost: more room stops the crash, but cannot bring it back.</param>
    public static string RedefinedMath(int functions = 24, string name = "f", int added = 100, bool callBeyond = false)
    {
        StringBuilder text = new();
        for (int i = 0; i < functions; i++)
        {
            text.Append($"define {name}{i}(x) {{ return (x+{i}); }}\n");
        }

        return text.Append($"define s(x) {{ return (x+{added}); }}\n")
            .Append($"define c(x) {{ return (x+{2 * added}); }}\n")
            .Append($"{name}{functions - 1}(1)\ns(1)\n{(callBeyond ? "c(1)\n" : "")}").ToString();
    }

    /// <summary>bc-2, genstr build: one function with many parameters. It fails one line after the guilty one.</summary>
    public static string ManyParameters(int parameters = 30)
    {
        IEnumerable<string> names = Enumerable.Range(0, parameters).Select(i => $"p{i}");
        string list = string.Join(',', names);
        string arguments = string.Join(',', Enumerable.Range(0, parameters));
        return $"1+1\ndefine f({list}) {{ return ({list.Replace(',', '+')}) }}\n2+2\nf({arguments})\n";
    }

    /// <summary>The silent overflow of the lookup build: 32 arrays and more store a name beyond the table.</summary>
    public static string ManyArrays(int arrays = 40) => MoreArrays(scalars: 1, arrays);

    /// <summary>A benign load: factorials, roots, powers and divisions at a large scale.</summary>
    /// <param name="effort">250 is about a second of CPU time on the development machine.</param>
    public static string Workload(int effort = 1)
    {
        StringBuilder text = new();
        text.Append("define g(n) { auto r; r=1; while (n>1) { r*=n; n-=1 }; return (r) }\n");
        for (int i = 0; i < effort; i++)
        {
            text.Append($"x=g({600 + (i % 7)})\nscale=300\ny=sqrt({i + 2})\nz=3^{2000 + i}\nw=z/x\n")
                .Append("scale=0\nx%1000007\nz%1000003\n");
        }

        return text.ToString();
    }

    /// <summary>Variants of <see cref="MoreArrays"/> that fail in the same way and that one patch must prevent.</summary>
    public static IEnumerable<string> MoreArraysVariants(int count = 20) =>
        Enumerable.Range(0, count).Select(i => MoreArrays(scalars: 70 + (i * 2), arrays: 64 + i));

    /// <summary>Variants of <see cref="RedefinedMath"/>: other names, other bodies, the same two redefinitions.</summary>
    public static IEnumerable<string> RedefinedMathVariants(int count = 20) =>
        Enumerable.Range(0, count).Select(i => RedefinedMath(name: $"fn{(char)('a' + i)}", added: 100 + i));

    /// <summary>Variants of <see cref="ManyParameters"/> that doubling prevents: 28 to 40 parameters.</summary>
    public static IEnumerable<string> ManyParametersVariants(int count = 20) =>
        Enumerable.Range(0, count).Select(i => $"{ManyParameters(28 + (i % 13))}{i}+{i}\n");
}
