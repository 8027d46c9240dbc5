using SelfHeal.Bench;

try
{
    return new Bench(BenchOptions.Parse(args)).Run();
}
catch (BenchException error)
{
    Console.Error.WriteLine($"bench: {error.Message}");
    return 2;
}
