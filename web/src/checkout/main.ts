import "../look/tokens.css";
import "./checkout-app";
