using SelfHeal.Cli;

return await Application.RunAsync(args);
