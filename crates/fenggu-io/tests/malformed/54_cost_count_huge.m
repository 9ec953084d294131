function mpc = small
% three buses, two units
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
	1	3	0	0	0	0	1	1	0	230	1	1.1	0.9;
	2	2	50	10	0	0	1	1	0	230	1	1.1	0.9;
	3	1	120	40	0	5	1	1	0	230	1	1.1	0.9;
];
mpc.gen = [
	1	100	0	90	-90	1	100	1	200	0;
	2	70	0	60	-60	1	100	1	120	10;
];
mpc.branch = [
	1	2	0.01	0.1	0	150	0	0	0	0	1	-30	30;
	1	3	0.02	0.2	0	150	0	0	0	0	1	-30	30;
	2	3	0.01	0.1	0	0	0	0	0	0	1	0	0;
];
mpc.gencost = [
	2	0	0	1e30	0.01	20	0	0;
	2	0	0	1e30	0	0	120	3600;
];
mpc.bus_name = {
	'North';
	'West';
	'South';
};
