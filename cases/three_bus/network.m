function mpc = three_bus
%THREE_BUS  Three equal lines in a triangle, one of them full. Worked by hand in README.md.
mpc.version = '2';
mpc.baseMVA = 100;

%% bus data
%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [
	1	3	0	0	0	0	1	1	0	220	1	1.1	0.9;
	2	2	0	0	0	0	1	1	0	220	1	1.1	0.9;
	3	1	150	0	0	0	1	1	0	220	1	1.1	0.9;
];

%% generator data
%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	0	0	100	-100	1	100	1	200	0;
	2	0	0	100	-100	1	100	1	200	0;
];

%% branch data
%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status	angmin	angmax
mpc.branch = [
	1	2	0	0.1	0	0	0	0	0	0	1	0	0;
	1	3	0	0.1	0	80	80	80	0	0	1	0	0;
	2	3	0	0.1	0	0	0	0	0	0	1	0	0;
];

%% generator cost data
%	model	startup	shutdown	n	c1	c0
mpc.gencost = [
	2	0	0	2	10	0;
	2	0	0	2	30	0;
];
